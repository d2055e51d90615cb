"""Accessibility and layout of every page in every state, with invented data."""

import pytest
from accessibility import violations
from playwright.sync_api import Page
from watch import Watch

from infra import samples


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    directory = tmp_path_factory.mktemp("pages")
    written = samples.write(directory)
    assert len(written) > 20
    with samples.serve(directory, written) as base:
        yield [(f"{sample.name} ({sample.language})", f"{base}/{sample.path}") for sample in written]


def of_language(pages: list[tuple[str, str]], language: str) -> list[tuple[str, str]]:
    """Half of the pages, so that two processes can share the work."""
    found = [(name, address) for name, address in pages if name.endswith(f"({language})")]
    assert len(found) > 10
    return found


@pytest.fixture(scope="module")
def page(browser, pages):
    context = browser.new_context(viewport={"width": 360, "height": 740})
    watch = Watch(context, {pages[0][1].rsplit("/", 3)[0]})
    # The script polls for a newer page, which does not exist.
    watch.expect(404)
    yield context.new_page()
    assert watch.faults() == []
    context.close()


@pytest.mark.parametrize("language", ["hu", "en"])
def test_samples_have_no_accessibility_violations(page: Page, pages, language):
    found = {}
    for name, address in of_language(pages, language):
        page.goto(address)
        if wrong := violations(page):
            found[name] = wrong
    assert found == {}


TOO_WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
TOO_SMALL = """() => [...document.querySelectorAll('button, select, summary, .button, input[type=text]')]
    .filter(control => control.checkVisibility() && control.getBoundingClientRect().height < 44)
    .map(control => control.outerHTML)"""


@pytest.mark.parametrize("width", [360, 1280])
def test_samples_fit_window_and_controls_are_large(page: Page, pages, width):
    page.set_viewport_size({"width": width, "height": 800})
    found = {}
    for name, address in pages:
        page.goto(address)
        too_wide = page.evaluate(TOO_WIDE)
        if too_wide > 0 or (small := page.evaluate(TOO_SMALL)):
            found[name] = f"{too_wide} px too wide" if too_wide > 0 else small
    assert found == {}
