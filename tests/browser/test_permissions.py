"""A permission that the shop's owner has not granted."""

import pytest
from playwright.sync_api import expect
from store_page import StorePage, open_in_admin

WITHOUT_ORDERS = [
    "product.product:read", "product.category:read", "customer.customer:read", "order.status:read",
    "store.webhook:read", "store.webhook:write", "store.setting:read", "store.domain:read",
    "localization.language:read", "localization.currency:read",
]


@pytest.mark.parametrize("language", ["hu", "en"])
@pytest.mark.parametrize("admin_page", ["iframe", "redirect"])
def test_missing_permission_links_to_grant_and_back(visit, new_shop, admin_page, language):
    shop = new_shop("unpermitted", scopes=WITHOUT_ORDERS, admin_page=admin_page)
    page = visit(language)
    store = open_in_admin(page, shop)
    link = store.frame.locator("a[href$='/approveScopes']")
    expect(link).to_be_visible(timeout=90_000)
    store.expect_counts(products=5, customers=3)
    assert store.violations() == []

    link.click()
    page.wait_for_url("**/approveScopes")
    page.get_by_role("button").click()
    page.wait_for_url(lambda url: not url.endswith("/approveScopes"))
    store = StorePage(page)
    store.expect_counts(products=5, orders=4, customers=3)
    expect(store.todos).to_have_count(0)
