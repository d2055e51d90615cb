"""Records a browser's errors and requests."""

import re
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Request, Response

SESSION = re.compile(r"v1\.[\w-]{20}|[?&]session=")


class Watch:
    """Errors and loads of a browser context so far."""

    def __init__(self, context: BrowserContext, origins: set[str]):
        self._origins = origins
        self._expected: set[int] = set()
        self._expected_texts: list[str] = []
        self._complaints: list[tuple[int | None, str]] = []
        self._responses: list[Response] = []
        context.on("page", self._watch_page)
        context.on("request", self._see_request)
        context.on("response", self._see_response)
        context.on("requestfailed", self._see_failure)
        context.on("console", self._see_message)

    def expect(self, *statuses: int) -> None:
        """Expects responses with these statuses."""
        self._expected.update(statuses)

    def expect_complaint(self, part: str) -> None:
        """Expects errors that contain this text."""
        self._expected_texts.append(part)

    def faults(self) -> list[str]:
        """Unexpected errors."""
        return [
            text for status, text in self._complaints
            if status not in self._expected and not any(part in text for part in self._expected_texts)
        ]

    def forget(self) -> None:
        """Resets the recorded loads."""
        self._responses.clear()

    def loads(self) -> list[tuple[str, int]]:
        """Resource type and uncompressed size in bytes of each load."""
        return [
            (response.request.resource_type, len(response.body()))
            for response in self._responses if not 300 <= response.status < 400
        ]

    def _watch_page(self, page: Page) -> None:
        page.on("pageerror", lambda error: self._complaints.append((None, f"a script failed: {error}")))

    def _see_request(self, request: Request) -> None:
        if origin(request.url) not in self._origins:
            self._complaints.append((None, f"an external request: {request.url}"))
        if SESSION.search(request.url):
            self._complaints.append((None, "a session in an address"))

    def _see_response(self, response: Response) -> None:
        self._responses.append(response)
        if response.status >= 400:
            address = urlsplit(response.url)._replace(query="").geturl()
            self._complaints.append((response.status, f"{response.status} for {address}"))

    def _see_failure(self, request: Request) -> None:
        # Leaving a page aborts its pending loads.
        if request.failure != "net::ERR_ABORTED":
            self._complaints.append((None, f"{request.failure} for {request.url}"))

    def _see_message(self, message: ConsoleMessage) -> None:
        # Error responses are recorded above, with their status.
        if message.type in ("error", "warning") and "Failed to load resource" not in message.text:
            self._complaints.append((None, f"console: {message.text}"))


def origin(url: str) -> str:
    """Scheme, host and port."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
