"""Actions of a merchant on the store's page, with and without JavaScript."""

import pytest
from local_stack import eventually
from playwright.sync_api import expect
from store_page import open_app, open_in_admin


@pytest.fixture
def synced_shop(new_shop):
    shop = new_shop("actions")
    shop.install_and_sync()
    return shop


@pytest.mark.parametrize("language", ["hu", "en"])
@pytest.mark.parametrize("javascript", [True, False])
def test_sync_frequency_can_be_changed(visit, synced_shop, language, javascript):
    store = open_app(visit(language, java_script_enabled=javascript), synced_shop)
    store.set_schedule("15min")
    expect(store.said).to_be_visible()
    assert synced_shop.status()["sync"] == {"enabled": True, "frequency": "15min"}
    expect(store.form("schedule").locator("select")).to_have_value("15min")
    store.set_schedule("daily", enabled=False)
    eventually("it is switched off", lambda: not synced_shop.status()["sync"]["enabled"])
    expect(store.form("schedule").get_by_role("checkbox")).not_to_be_checked()
    assert not javascript or store.violations() == []


@pytest.mark.parametrize(("language", "javascript"), [("hu", True), ("en", False)])
def test_sync_can_be_requested(visit, synced_shop, language, javascript):
    store = open_app(visit(language, java_script_enabled=javascript), synced_shop)
    store.sync_now()
    expect(store.said).to_be_visible()
    synced_shop.wait_for_runs(2)
    assert not javascript or store.violations() == []


def test_actions_work_inside_the_admin_frame(visit, synced_shop):
    store = open_in_admin(visit(), synced_shop)
    store.set_schedule("6hours")
    expect(store.said).to_be_visible()
    assert synced_shop.status()["sync"]["frequency"] == "6hours"
    store.sync_now()
    synced_shop.wait_for_runs(2)


def test_form_submitted_twice_acts_once(visit, synced_shop):
    page = visit("en")
    store = open_app(page, synced_shop)
    fields = store.form("sync").evaluate("form => Object.fromEntries(new FormData(form))")
    address = store.url
    english = {"accept-language": "en"}
    first, second = (page.request.post(address, form=fields, headers=english).text() for _ in range(2))
    said = [text.split('id="said">')[1].split("<")[0] for text in (first, second)]
    assert said[0] != said[1] and "already" in said[1], said
    # Runs requested by the second submission would have started before this one.
    store.set_schedule("30min")
    expect(store.said).to_be_visible()
    synced_shop.wait_for_runs(2)
    assert [len(synced_shop.runs(resource)) for resource in ("products", "orders", "customers")] == [2, 2, 2]


def test_double_click_completes_the_sync(visit, synced_shop):
    store = open_app(visit(java_script_enabled=False), synced_shop)
    store.frame.locator("#sync-now").dblclick()
    expect(store.said).to_be_visible()
    synced_shop.wait_for_runs(2)


def test_keyboard_focus_is_kept_after_action(visit, synced_shop):
    page = visit()
    store = open_app(page, synced_shop)
    store.frame.locator("#sync-now").focus()
    page.keyboard.press("Enter")
    expect(store.said).to_be_visible()
    assert store.frame.evaluate("document.activeElement.id") == "sync-now"


@pytest.mark.parametrize("javascript", [True, False])
def test_changed_language_is_kept(visit, synced_shop, javascript):
    store = open_app(visit("hu", java_script_enabled=javascript), synced_shop)
    expect(store.frame.locator("html")).to_have_attribute("lang", "hu")
    store.switch_language()
    expect(store.frame.locator("html")).to_have_attribute("lang", "en")
    store.set_schedule("30min")
    expect(store.said).to_be_visible()
    expect(store.frame.locator("html")).to_have_attribute("lang", "en")
    assert not javascript or store.violations() == []
