"""Installs from the shop's admin to the store's page."""

import html

import pytest
from playwright.sync_api import expect
from store_page import StorePage, open_app, open_in_admin


@pytest.mark.parametrize("language", ["hu", "en"])
@pytest.mark.parametrize("admin_page", ["iframe", "redirect"])
def test_install_opens_the_store_page(visit, stack, new_shop, admin_page, language):
    shop = new_shop("install", admin_page=admin_page)
    page = visit(language)
    store = open_in_admin(page, shop)
    expect(store.heading).to_be_visible()
    assert (store.frame != page.main_frame) == (admin_page == "iframe")
    expect(store.frame.locator("html")).to_have_attribute("lang", language)
    expect(store.frame.locator("bdi").first).to_have_text(shop.name)
    store.expect_counts(products=5, orders=4, customers=3)
    address, _, proof = store.url.partition("?frame=")
    assert address == f"{stack.api_url}/integrations/shoprenter/store", "no credentials in the address"
    # Lets the shop's own domain frame a reload. A domain that is not read in time is left to the next opening.
    assert not proof or proof.startswith("f1.")
    assert shop.status()["state"] == "active"
    assert store.violations() == []


def test_connect_page_installs_and_opens_store_page(visit, stack, new_shop):
    shop = new_shop("connected")
    page = visit("en")
    page.goto(f"{stack.api_url}/auth/shoprenter/init")
    page.get_by_role("textbox").fill(f"{shop.name}.myshoprenter.hu")
    page.keyboard.press("Enter")
    page.wait_for_url(f"{stack.shoprenter_url}/{shop.name}/admin/app/**")
    StorePage(page).expect_counts(products=5, orders=4, customers=3)


def test_page_loads_only_its_stylesheet_and_script(visit, new_shop):
    shop = new_shop("light")
    shop.install_and_sync()
    page = visit()
    open_app(page, shop)
    # The script later fetches the page again, if it has changed.
    loads = [(kind, size) for kind, size in visit.watch(page).loads() if kind != "fetch"]
    assert sorted(kind for kind, _ in loads) == ["document", "script", "stylesheet"]
    assert sum(size for _, size in loads) < 30_000


def test_another_site_cannot_frame_the_page(visit, new_shop):
    shop = new_shop("framed")
    shop.install()
    page = visit()
    visit.watch(page).expect_complaint("frame-ancestors")
    visit.watch(page).expect_complaint("ERR_BLOCKED_BY_RESPONSE")
    with page.expect_console_message(lambda message: "frame-ancestors" in message.text):
        page.set_content(f'<iframe src="{html.escape(shop.signed("open"))}"></iframe>')
    assert page.frames[1].locator("#main").count() == 0


def test_empty_shop_has_a_store_page(visit, new_shop):
    shop = new_shop("empty", products=0, orders=0, customers=0)
    shop.install_and_sync()
    store = open_app(visit("en"), shop)
    store.expect_counts(products=0, orders=0, customers=0)
    assert store.violations() == []
