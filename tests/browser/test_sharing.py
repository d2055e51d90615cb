"""Sharing records with the assistant."""

import pytest
from local_stack import eventually
from playwright.sync_api import expect
from store_page import open_app


@pytest.mark.parametrize("javascript", [True, False])
def test_unshared_records_are_erased_and_can_return(visit, new_shop, javascript):
    shop = new_shop("sharing")
    shop.install_and_sync()
    store = open_app(visit("en", java_script_enabled=javascript), shop)
    store.stop_sharing("customers")
    expect(store.said).to_be_visible()
    assert shop.status()["shared"] == {"products": True, "orders": True, "customers": False}
    eventually("the customers are erased", lambda: shop.rows("customers") == 0)
    assert (shop.rows("products"), shop.rows("orders")) == (5, 4)
    assert not javascript or store.violations() == []

    store.share("customers")
    # The first action's message stays until the second is answered.
    eventually("the customers are shared", lambda: shop.status()["shared"]["customers"])
    eventually("the customers are back", lambda: shop.rows("customers") == 3)


def test_cancelled_choice_changes_nothing(visit, new_shop):
    shop = new_shop("unsure")
    shop.install_and_sync()
    store = open_app(visit(), shop)
    summary = store.frame.locator("#off-orders summary")
    summary.click()
    expect(store.frame.locator("#switch-orders")).to_be_visible()
    assert store.violations() == []
    summary.click()
    expect(store.frame.locator("#switch-orders")).to_be_hidden()
    assert shop.rows("orders") == 4 and shop.status()["shared"]["orders"]
