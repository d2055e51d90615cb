"""Progress of a first sync on the store page."""

import re

import pytest
from playwright.sync_api import expect
from store_page import open_in_admin


PRODUCTS = "/api/productExtend"


@pytest.mark.parametrize("language", ["hu", "en"])
def test_first_sync_progress_updates_without_reload(visit, new_shop, language):
    shop = new_shop("progress", products=1_400)
    page = visit(language)
    with shop.held(PRODUCTS, page=5):
        with shop.held(PRODUCTS, page=2):
            store = open_in_admin(page, shop)
            bar = store.card("products").locator("progress")
            # A page counts as done when the next one is about to be written.
            expect(bar).to_have_attribute("value", "1", timeout=60_000)
            expect(bar).to_have_attribute("max", "7")
            store.frame.evaluate("() => { window.isTheSame = true; }")
        expect(bar).to_have_attribute("value", "4", timeout=60_000)
    expect(store.count("products")).to_have_text(re.compile("1.?400"), timeout=60_000)
    store.expect_counts(orders=4, customers=3)
    assert store.frame.evaluate("() => window.isTheSame"), "the page was not reloaded"


def test_unchanged_page_returns_304(visit, new_shop):
    shop = new_shop("unchanged")
    page = visit()
    with shop.held(PRODUCTS), page.expect_response(lambda answer: answer.status == 304, timeout=60_000):
        open_in_admin(page, shop)


def test_page_during_sync_is_accessible(visit, new_shop):
    shop = new_shop("busy")
    with shop.held(PRODUCTS):
        store = open_in_admin(visit("hu"), shop)
        expect(store.card("products").locator("progress")).to_be_visible(timeout=60_000)
        assert store.violations() == []
