"""A permission that the shop's owner has not granted."""

import pytest
from playwright.sync_api import expect
from store_page import StorePage, open_in_admin


@pytest.mark.parametrize("language", ["hu", "en"])
@pytest.mark.parametrize("admin_page", ["iframe", "redirect"])
def test_missing_permission_links_to_grant_and_back(visit, new_shop, admin_page, language):
    shop = new_shop("unpermitted", admin_page=admin_page)
    shop.withdraw_scopes("order.order:read")
    page = visit(language)
    store = open_in_admin(page, shop)
    link = store.frame.locator("a[href$='/approveScopes']")
    expect(link).to_be_visible(timeout=90_000)
    store.expect_counts(products=5, customers=3)
    expect(store.todos).to_contain_text("order.order:read")
    assert store.violations() == []

    grant(page, link)
    store = StorePage(page)
    store.expect_counts(products=5, orders=4, customers=3)
    expect(store.todos).to_have_count(0)


@pytest.mark.parametrize("language, missing", [
    ("hu", ["A bolt néhány adata hiányzik", "Szállítási módok és díjak (shipping.shippingMethod:read)",
            "Nyitvatartás, feltételek és más oldalak (cms.information:read)"]),
    ("en", ["Some of the shop's data is missing", "Shipping methods and fees (shipping.shippingMethod:read)",
            "Opening hours, terms and other pages (cms.information:read)"]),
])
def test_missing_data_is_named_until_granted(visit, new_shop, language, missing):
    shop = new_shop("undetailed")
    shop.withdraw_scopes("shipping.shippingMethod:read", "cms.information:read")
    page = visit(language)
    store = open_in_admin(page, shop)
    store.expect_counts(products=5, orders=4, customers=3)
    expect(store.todos).to_have_count(1)
    for text in missing:
        expect(store.todos).to_contain_text(text)
    assert store.violations() == []

    grant(page, store.frame.locator("a[href$='/approveScopes']"))
    store = StorePage(page)
    store.sync_now()
    expect(store.todos).to_have_count(0, timeout=90_000)
    assert shop.status()["shop"]["shipping"]


def grant(page, link) -> None:
    """Follows the link and grants everything in the shop's admin, which leads back to the app."""
    link.click()
    page.wait_for_url("**/approveScopes")
    page.get_by_role("button").click()
    page.wait_for_url(lambda url: not url.endswith("/approveScopes"))
