"""Fixtures: the browser, the stack, and the error checks of every test.

A test fails on any console error, script error, failed request, request to another origin, or error
status that it did not announce.
"""

from collections.abc import Callable, Iterator

import pytest
from local_stack import Stack
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright
from simulated_shop import Shop
from watch import Watch, origin

from infra.tools import chromium

LOCALES = {"hu": "hu-HU", "en": "en-GB"}
# Generous, for a machine busy with other tests.
expect.set_options(timeout=30_000)


@pytest.fixture(scope="session")
def stack() -> Stack:
    """The stack that all tests share."""
    return Stack()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The system's Chromium, headless."""
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=chromium.find(), args=chromium.arguments())
        yield running
        running.close()


@pytest.fixture
def new_shop(stack: Stack) -> Callable[..., Shop]:
    """Creates shops for a single test: `new_shop("label", products=10)`."""
    return lambda label, **config: Shop(stack, label, config)


class Visits:
    """The pages that a test opens, each in a browser context of its own."""

    def __init__(self, browser: Browser, stack: Stack):
        self._browser = browser
        self._origins = {origin(stack.api_url), origin(stack.shoprenter_url)}
        self._contexts: list[tuple[BrowserContext, Watch]] = []

    def __call__(self, language: str = "hu", **options) -> Page:
        """A new page of a browser that prefers this language; `java_script_enabled=False` is an option."""
        context = self._browser.new_context(locale=LOCALES[language], **options)
        context.set_default_timeout(30_000)
        self._contexts.append((context, Watch(context, self._origins)))
        return context.new_page()

    def watch(self, page: Page) -> Watch:
        """Recorder attached to the page."""
        return next(watch for context, watch in self._contexts if context == page.context)

    def close(self) -> list[str]:
        """Closes all contexts; returns their faults."""
        faults = []
        for context, watch in self._contexts:
            faults += watch.faults()
            context.close()
        return faults


@pytest.fixture
def visit(browser: Browser, stack: Stack) -> Iterator[Visits]:
    """Opens pages and fails on unexpected browser errors."""
    visits = Visits(browser, stack)
    yield visits
    assert visits.close() == []
