"""Refusal pages for invalid ShopRenter requests."""

import pytest
from accessibility import violations
from playwright.sync_api import expect

CALLS = {
    "a wrong signature": ({"bad_hmac": True}, 403, {"hu": "aláírása nem érvényes", "en": "no valid signature"}),
    "an address signed six minutes ago": ({"skew_seconds": -360}, 403, {"hu": "lejárt", "en": "has expired"}),
    "an address without a signature": ({"omit": ["hmac"]}, 400, {"hu": "Hiányos", "en": "incomplete"}),
}


@pytest.mark.parametrize("language", ["hu", "en"])
@pytest.mark.parametrize("case", CALLS)
@pytest.mark.parametrize("call", ["install", "open"])
def test_refusal_explains_cause_and_remedy(visit, new_shop, call, case, language):
    options, status, texts = CALLS[case]
    shop = new_shop("refused", installed=True)
    page = visit(language)
    visit.watch(page).expect(status)
    answer = page.goto(shop.signed(call, mark=False, **options))
    assert answer.status == status
    expect(page.get_by_role("heading", level=1)).to_contain_text(texts[language])
    assert violations(page) == []
    loads = visit.watch(page).loads()
    assert [kind for kind, _ in loads] == ["document", "stylesheet"]
    assert sum(size for _, size in loads) < 30_000


def test_address_signed_before_uninstall_is_explained(visit, new_shop):
    shop = new_shop("outdated")
    old = shop.signed("open", skew_seconds=-30, mark=False)
    shop.install()
    shop.control("POST", "/uninstall", {})
    page = visit("en")
    visit.watch(page).expect(409)
    page.goto(old)
    expect(page.get_by_role("heading", level=1)).to_contain_text("earlier install")
    assert violations(page) == []


def test_shop_refusing_the_app_gets_explanation(visit, new_shop):
    shop = new_shop("stranger")
    page = visit("hu")
    visit.watch(page).expect(502)
    page.goto(shop.signed("open"))
    expect(page.get_by_role("heading", level=1)).to_contain_text("nem engedi be")
    assert violations(page) == []
