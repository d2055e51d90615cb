"""Session of the page: reloads and expiry."""

import json

import pytest
import session_token
from accessibility import violations
from playwright.sync_api import Page, expect
from store_page import StorePage, open_app, open_in_admin

EXPIRED = {"hu": "véget ért", "en": "has expired"}


@pytest.fixture
def synced_shop(new_shop):
    shop = new_shop("session")
    shop.install_and_sync()
    return shop


@pytest.mark.parametrize("how", ["window", "frame"])
def test_reload_keeps_the_page(visit, synced_shop, how):
    page = visit("en")
    store = open_app(page, synced_shop) if how == "window" else open_in_admin(page, synced_shop)
    store.expect_counts(products=5, orders=4, customers=3)
    for _ in range(2):
        with page.expect_response(lambda answer: "/store?frame=" in answer.url and answer.request.is_navigation_request()):
            store.frame.evaluate("() => { location.reload(); }")
        store.expect_counts(products=5, orders=4, customers=3)
    store.set_schedule("daily")
    expect(store.said).to_be_visible()
    assert synced_shop.status()["sync"]["frequency"] == "daily"


def test_admin_reload_reopens_the_app(visit, synced_shop):
    page = visit()
    store = open_in_admin(page, synced_shop)
    store.expect_counts(products=5, orders=4, customers=3)
    page.reload()
    store.expect_counts(products=5, orders=4, customers=3)


def test_chosen_language_survives_reload(visit, synced_shop):
    page = visit("hu")
    store = open_app(page, synced_shop)
    store.switch_language()
    expect(store.frame.locator("html")).to_have_attribute("lang", "en")
    page.reload()
    store.expect_counts(products=5, orders=4, customers=3)
    expect(store.frame.locator("html")).to_have_attribute("lang", "en")


@pytest.mark.parametrize("language", ["hu", "en"])
def test_unsigned_address_explains_how_to_open_app(visit, stack, synced_shop, language):
    page = visit(language)
    page.goto(f"{stack.api_url}/integrations/shoprenter/store")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    assert synced_shop.name not in page.content()
    assert violations(page) == []
    loads = visit.watch(page).loads()
    assert sorted(kind for kind, _ in loads) == ["document", "script", "stylesheet"]
    assert sum(size for _, size in loads) < 30_000


def expire_session(page: Page, store: StorePage, stack) -> None:
    """Replaces the page's session with an expired one."""
    token = store.session()
    over = session_token.expired(token, stack["data_key"])

    def replace(route) -> None:
        headers = {name: value.replace(token, over) for name, value in route.request.headers.items()}
        body = route.request.post_data
        route.continue_(headers=headers, post_data=body.replace(token, over) if body else None)
    page.context.route("**/integrations/shoprenter/store", replace)


@pytest.mark.parametrize("language", ["hu", "en"])
@pytest.mark.parametrize("javascript", [True, False])
def test_action_with_expired_session_explains_how_to_continue(visit, stack, synced_shop, language, javascript):
    page = visit(language, java_script_enabled=javascript)
    visit.watch(page).expect(401)
    store = open_app(page, synced_shop)
    expire_session(page, store, stack)
    store.set_schedule("15min")
    expect(store.heading).to_contain_text(EXPIRED[language])
    assert synced_shop.status()["sync"]["frequency"] == "hourly"
    assert not javascript or store.violations() == []
    if javascript:
        page.reload()
        expect(store.heading).to_be_visible()
        assert synced_shop.name not in store.frame.locator("main").inner_text()

    page.context.unroute_all()
    store = open_in_admin(page, synced_shop)
    store.expect_counts(products=5, orders=4, customers=3)


def test_polling_page_reports_expired_session(visit, stack, new_shop):
    shop = new_shop("waiting")
    page = visit("en")
    visit.watch(page).expect(401)
    with shop.held("/api/productExtend"):
        store = open_in_admin(page, shop)
        expect(store.card("products").locator("progress")).to_be_visible(timeout=60_000)
        expire_session(page, store, stack)
        expect(store.heading).to_contain_text(EXPIRED["en"])


def test_tampered_session_is_refused(visit, synced_shop, new_shop):
    other = new_shop("other")
    other.install_and_sync()
    page = visit("en", java_script_enabled=False)
    visit.watch(page).expect(401)
    store = open_app(page, synced_shop)
    version, payload, signature = store.session().split(".")
    session = json.loads(session_token.decode(payload)) | {"s": other.store_id}
    forged = f"{version}.{session_token.encode(json.dumps(session).encode())}.{signature}"
    store.form("schedule").locator("input[name=session]").evaluate("(field, forged) => { field.value = forged; }", forged)
    store.set_schedule("15min")
    expect(store.heading).to_contain_text(EXPIRED["en"])
    assert other.status()["sync"]["frequency"] == "hourly"


@pytest.mark.parametrize(("language", "javascript"), [("hu", True), ("en", False)])
def test_action_after_uninstall_reports_it(visit, synced_shop, language, javascript):
    page = visit(language, java_script_enabled=javascript)
    visit.watch(page).expect(401, 409)
    store = open_app(page, synced_shop)
    synced_shop.control("POST", "/uninstall", {})
    store.sync_now()
    expect(store.frame.locator("#sync-now")).to_have_count(0)
    expect(store.heading).to_contain_text(EXPIRED[language])
    assert synced_shop.status()["state"] == "uninstalled"
    assert not javascript or store.violations() == []
