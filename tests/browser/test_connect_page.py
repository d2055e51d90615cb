"""The connect page: a merchant enters the shop's name and is redirected to its admin."""

import re

import pytest
from accessibility import violations
from local_stack import Stack
from playwright.sync_api import Page, expect

TITLES = {"hu": re.compile("összekapcsol", re.IGNORECASE), "en": re.compile("connect", re.IGNORECASE)}


def open_connect_page(page: Page, stack: Stack, query: str = "") -> None:
    page.goto(f"{stack.api_url}/auth/shoprenter/init{query}")


def field(page: Page):
    return page.get_by_role("textbox")


def submit(page: Page) -> None:
    page.get_by_role("button").click()


@pytest.mark.parametrize("language", ["hu", "en"])
def test_page_uses_browser_language_and_is_accessible(visit, stack, language):
    page = visit(language)
    open_connect_page(page, stack)
    expect(page.locator("html")).to_have_attribute("lang", language)
    expect(page.get_by_role("heading", level=1)).to_have_text(TITLES[language])
    assert violations(page) == []


def test_query_parameter_selects_the_language(visit, stack):
    page = visit("hu")
    open_connect_page(page, stack, "?lang=en")
    expect(page.locator("html")).to_have_attribute("lang", "en")


@pytest.mark.parametrize("spelling", [
    "{shop}",
    "{shop}.myshoprenter.hu",
    "https://{shop}.myshoprenter.hu/admin/app/17?token=x#top",
    "  HTTPS://{SHOP}.shoprenter.hu/  ",
])
@pytest.mark.parametrize("javascript", [True, False])
def test_shop_name_or_address_opens_its_admin(visit, stack, new_shop, spelling, javascript):
    shop = new_shop("connect", installed=True)
    page = visit(java_script_enabled=javascript)
    open_connect_page(page, stack)
    field(page).fill(spelling.format(shop=shop.name, SHOP=shop.name.upper()))
    submit(page)
    page.wait_for_url(f"{stack.shoprenter_url}/{shop.name}/admin/app/**")


def test_connect_works_by_keyboard(visit, stack, new_shop):
    shop = new_shop("keyboard", installed=True)
    page = visit()
    open_connect_page(page, stack)
    for _ in range(10):
        if field(page).evaluate("field => field === document.activeElement"):
            break
        page.keyboard.press("Tab")
    page.keyboard.type(shop.name)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{stack.shoprenter_url}/{shop.name}/admin/app/**")


@pytest.mark.parametrize("typed", ["nem jó név", "https://example.com/", "a_b", "-bolt", "bolt.hu"])
def test_invalid_shop_name_is_refused_while_typing(visit, stack, typed):
    page = visit()
    open_connect_page(page, stack)
    visit.watch(page).forget()
    field(page).press_sequentially(typed)
    page.keyboard.press("Enter")
    assert field(page).evaluate("field => field.matches(':user-invalid')")
    assert visit.watch(page).loads() == [], "nothing was sent"
    assert violations(page) == []


@pytest.mark.parametrize("language", ["hu", "en"])
@pytest.mark.parametrize("typed", ["nem jó név", "\"><script>alert(1)</script>", "a" * 300])
def test_server_reports_invalid_shop_at_the_field(visit, stack, language, typed):
    page = visit(language)
    visit.watch(page).expect(400)
    open_connect_page(page, stack)
    field(page).evaluate("field => { field.form.noValidate = true; field.removeAttribute('maxlength'); }")
    field(page).fill(typed)
    # By keyboard: leaving the field shows a message, which moves the button.
    page.keyboard.press("Enter")
    expect(field(page)).to_have_attribute("aria-invalid", "true")
    message = field(page).get_attribute("aria-describedby").split()[0]
    expect(page.locator(f"#{message}")).to_be_visible()
    assert typed.startswith(field(page).input_value()), "the typed text is kept"
    assert violations(page) == []


def test_connect_page_loads_only_its_stylesheet(visit, stack):
    page = visit()
    open_connect_page(page, stack)
    loads = visit.watch(page).loads()
    assert [kind for kind, _ in loads] == ["document", "stylesheet"]
    assert sum(size for _, size in loads) < 30_000
