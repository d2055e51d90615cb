"""A first sync is watched as it goes on."""

import re

import pytest
from playwright.sync_api import expect
from store_page import open_in_admin


@pytest.mark.parametrize("language", ["hu", "en"])
def test_the_first_sync_is_seen_moving_to_its_end_without_a_reload(visit, new_shop, language):
    # 7 pages of 200, each of which takes the shop two seconds.
    shop = new_shop("progress", products=1_400)
    shop.slow_down("/api/productExtend", 2_000)
    page = visit(language)
    store = open_in_admin(page, shop)
    bar = store.card("products").locator("progress")
    expect(bar).to_be_visible(timeout=60_000)
    store.frame.evaluate("() => { window.isTheSame = true; }")
    seen = []
    # Ends when the bar is gone, or with the test's patience.
    for _ in range(600):
        if bar.count() == 0:
            break
        value = bar.evaluate_all("bars => bars.map(bar => [bar.getAttribute('value'), bar.max])")
        if value and value[0][0] is not None and (not seen or seen[-1] != value[0]):
            seen.append(value[0])
        page.wait_for_timeout(150)
    done = [int(value) for value, _ in seen]
    assert done == sorted(done) and len(set(done)) >= 3, seen
    assert {most for _, most in seen} == {7}, seen
    expect(store.count("products")).to_have_text(re.compile("1.?400"))
    store.expect_counts(orders=4, customers=3)
    assert store.frame.evaluate("() => window.isTheSame"), "the page was not loaded anew"


def test_asking_again_costs_nothing_where_nothing_has_changed(visit, new_shop):
    shop = new_shop("unchanged", products=400)
    shop.slow_down("/api/productExtend", 15_000)
    page = visit()
    with page.expect_response(lambda answer: answer.status == 304, timeout=60_000):
        open_in_admin(page, shop)
    shop.speed_up()


def test_a_page_that_is_busy_has_no_faults(visit, new_shop):
    shop = new_shop("busy", products=400)
    shop.slow_down("/api/productExtend", 8_000)
    store = open_in_admin(visit("hu"), shop)
    expect(store.card("products").locator("progress")).to_be_visible(timeout=60_000)
    assert store.violations() == []
    shop.speed_up()
