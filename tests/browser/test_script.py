"""The page's script with unexpected responses and unsent forms. The pages are
the samples; the test chooses the server's responses."""

from collections.abc import Callable

import pytest
from accessibility import violations
from local_stack import eventually
from playwright.sync_api import Page, Route, expect
from watch import Watch

from infra import samples

FAILED = {"hu": "nem tudtuk végrehajtani", "en": "could not be done"}
PAGE = {"content-type": "text/html; charset=utf-8"}


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    directory = tmp_path_factory.mktemp("pages")
    written = samples.write(directory)
    with samples.serve(directory, written) as base:
        yield {
            (sample.name, sample.language): (f"{base}/{sample.path}", (directory / sample.path).read_text("utf-8"))
            for sample in written
        }


class Server:
    """Answers the script's requests, and records them."""

    def __init__(self, page: Page):
        self.page = page
        self.posts: list[str] = []
        self.polls = 0
        self.answer: Callable[[Route], None] = lambda route: route.fulfill(status=304)
        page.route(lambda url: url.endswith("/store"), self._serve)

    def respond_with(self, status: int, body: str, headers: dict[str, str] = PAGE) -> None:
        """Sets the response from now on."""
        self.answer = lambda route: route.fulfill(status=status, body=body, headers=headers)

    def _serve(self, route: Route) -> None:
        if route.request.method == "POST":
            self.posts.append(route.request.post_data or "")
        else:
            self.polls += 1
        self.answer(route)


@pytest.fixture
def page(browser, served):
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    context.set_default_timeout(30_000)
    watch = Watch(context, {next(iter(served.values()))[0].split("/", 3)[2].join(("http://", ""))})
    # These tests provoke error responses.
    watch.expect(400, 401, 403, 429, 500, 502, 503, 504)
    watch.expect_complaint("net::ERR_FAILED")
    yield context.new_page()
    assert watch.faults() == []
    context.close()


def opened(page: Page, served, name: str = "store-well", language: str = "en") -> Server:
    server = Server(page)
    page.goto(served[name, language][0])
    page.evaluate("() => { window.isTheSame = true; }")
    return server


def is_kept(page: Page) -> bool:
    """Whether the page was neither reloaded nor lost its session."""
    session = page.locator("input[name=session]").first.input_value()
    return page.evaluate("() => window.isTheSame") and session == page.evaluate("() => history.state.session")


FOREIGN_RESPONSES = {
    "a gateway": (503, '{"message":"Service Unavailable"}', {"content-type": "application/json"}),
    "too many": (429, '{"message":"Too Many Requests"}', {"content-type": "application/json"}),
    "json with status 200": (200, "{}", {"content-type": "application/json"}),
    "a proxy's page": (200, "<!doctype html><title>Log in</title><p>Who are you?</p>", PAGE),
    "a proxy's refusal": (403, "<!doctype html><main id=main>Forbidden</main>", PAGE),
}


@pytest.mark.parametrize("answer", FOREIGN_RESPONSES.values(), ids=FOREIGN_RESPONSES)
@pytest.mark.parametrize("language", ["hu", "en"])
def test_foreign_response_keeps_page_and_reports_failure(page, served, language, answer):
    server = opened(page, served, language=language)
    server.respond_with(*answer)
    page.locator("#sync-now").click()
    expect(page.locator("#said")).to_contain_text(FAILED[language])
    expect(page.locator("#live")).to_contain_text(FAILED[language])
    expect(page.locator("form[aria-busy]")).to_have_count(0)
    assert is_kept(page) and len(server.posts) == 1
    assert violations(page) == []


def test_server_error_keeps_page_and_allows_retry(page, served):
    server = opened(page, served)
    server.respond_with(503, served["notice-unavailable", "en"][1])
    page.locator("#sync-now").click()
    expect(page.locator("#said")).to_contain_text(FAILED["en"])
    assert is_kept(page)
    server.respond_with(200, served["store-said-sync", "en"][1])
    page.locator("#sync-now").click()
    expect(page.locator("#said")).to_contain_text("about to start")
    assert is_kept(page)
    assert len(server.posts) == 2 and server.posts[0] == server.posts[1]


RECORD = """() => {
  window.spoken = [];
  new MutationObserver(() => window.spoken.push(document.getElementById("live").textContent))
    .observe(document.getElementById("live"), { childList: true, characterData: true, subtree: true });
}"""


def test_repeated_message_is_announced_each_time(page, served):
    server = opened(page, served)
    server.respond_with(503, served["notice-unavailable", "en"][1])
    page.evaluate(RECORD)
    for times in (1, 2):
        page.locator("#sync-now").click()
        page.wait_for_function("(times) => window.spoken.filter((text) => text).length === times", arg=times)
    first, *between, last = page.evaluate("() => window.spoken.filter((text, at, all) => at === 0 || text !== all[at - 1])")
    assert between == [""] and first == last, "the region is emptied in between"
    assert FAILED["en"] in first


def test_first_message_is_announced_in_a_known_region(page, served):
    server = opened(page, served)
    page.evaluate("() => { document.getElementById('live').remove(); }")
    server.respond_with(200, served["store-said-sync", "en"][1])
    page.evaluate("""() => {
      window.states = [];
      new MutationObserver(() => {
        const region = document.getElementById("live");
        if (region) window.states.push(region.textContent);
      }).observe(document.body, { childList: true, characterData: true, subtree: true });
    }""")
    page.locator("#sync-now").click()
    page.wait_for_function("() => window.states.some((text) => text)")
    assert page.evaluate("() => window.states[0]") == "", "there before it speaks"


def test_network_failure_keeps_the_page(page, served):
    server = opened(page, served)
    server.answer = lambda route: route.abort("failed")
    page.locator("#sync-now").click()
    expect(page.locator("#said")).to_contain_text(FAILED["en"])
    expect(page.locator("form[aria-busy]")).to_have_count(0)
    assert is_kept(page) and page.url.endswith("/store")


@pytest.mark.parametrize(("status", "name"), [(400, "notice-malformed"), (401, "notice-session-over")])
def test_refusal_replaces_the_page(page, served, status, name):
    server = opened(page, served)
    server.respond_with(status, served[name, "en"][1])
    page.locator("#sync-now").click()
    expect(page.locator(".notice")).to_be_visible()
    expect(page.locator("#sync-now")).to_have_count(0)


def test_unsent_forms_are_kept_sent_form_is_replaced(page, served):
    server = opened(page, served)
    server.respond_with(200, served["store-said-sync", "en"][1])
    page.locator("#frequency").select_option("daily")
    page.locator("#enabled").uncheck()
    page.locator("#off-orders summary").click()
    page.locator("#sync-now").click()
    expect(page.locator("#said")).to_contain_text("about to start")
    expect(page.locator("#frequency")).to_have_value("daily")
    expect(page.locator("#enabled")).not_to_be_checked()
    expect(page.locator("#off-orders")).to_have_attribute("open", "")
    page.locator("#save").click()
    expect(page.locator("#frequency")).to_have_value("hourly")
    expect(page.locator("#enabled")).to_be_checked()
    expect(page.locator("#off-orders")).to_have_attribute("open", "")
    page.locator("#switch-orders").click()
    expect(page.locator("#off-orders")).not_to_have_attribute("open", "")
    assert ["action=sync" in server.posts[0], "action=schedule" in server.posts[1]] == [True, True]
    assert "action=share" in server.posts[2]


def let_it_poll(page: Page, seconds: int) -> None:
    """Advances the clock to the script's next poll, until it has processed the response and waits again."""
    timer = page.evaluate("() => timer")
    with page.expect_response(lambda answer: answer.url.endswith("/store")):
        page.clock.run_for(seconds * 1000)
    eventually("the script waits again", lambda: page.evaluate("() => timer") != timer)


@pytest.mark.parametrize("status", [429, 500, 503, 403])
def test_refused_polling_backs_off(page, served, status):
    page.clock.install()
    server = opened(page, served, "store-fresh")
    server.respond_with(status, "{}", {"content-type": "application/json"})
    # At 2, 6, 14, 30 and 62 seconds.
    for seconds, looks in [(2, 1), (3, 1), (1, 2), (7, 2), (1, 3), (16, 4), (32, 5)]:
        if looks > server.polls:
            let_it_poll(page, seconds)
        else:
            page.clock.run_for(seconds * 1000)
        assert server.polls == looks
    assert is_kept(page)


@pytest.mark.parametrize("status", [200, 304])
def test_answered_polling_continues(page, served, status):
    page.clock.install()
    server = opened(page, served, "store-fresh")
    if status == 200:
        server.respond_with(200, served["store-fresh", "en"][1])
    for looks in range(1, 5):
        let_it_poll(page, 2)
        assert server.polls == looks
