"""The store's page as tests use it, by itself or in the admin's frame."""

from accessibility import violations
from playwright.sync_api import Frame, Locator, Page, expect

PATH = "/integrations/shoprenter/"


class StorePage:
    """The store's page in a window or in a frame."""

    def __init__(self, page: Page):
        self.page = page

    @property
    def frame(self) -> Frame:
        """Frame of the page: the admin's frame if there is one, else the main frame."""
        self.page.wait_for_load_state()
        return next((frame for frame in self.page.frames if PATH in frame.url), self.page.main_frame)

    @property
    def url(self) -> str:
        """Address of the page."""
        return self.frame.url

    @property
    def heading(self) -> Locator:
        """Main heading."""
        return self.frame.get_by_role("heading", level=1)

    @property
    def said(self) -> Locator:
        """Result of the last action."""
        return self.frame.locator("#said")

    @property
    def todos(self) -> Locator:
        """Instructions shown to the merchant."""
        return self.frame.locator(".todo")

    def card(self, resource: str) -> Locator:
        """Card of one kind of record."""
        return self.frame.locator(f"article[aria-labelledby=card-{resource}]")

    def count(self, resource: str) -> Locator:
        """Displayed number of records."""
        return self.card(resource).locator(".count")

    def expect_counts(self, **counts: int) -> None:
        """Waits until the page shows these counts and no progress bar."""
        for resource, count in counts.items():
            expect(self.count(resource)).to_have_text(str(count), timeout=90_000)
        expect(self.frame.locator("progress")).to_have_count(0, timeout=90_000)

    def form(self, action: str) -> Locator:
        """The form of an action."""
        return self.frame.locator(f"form:has(input[name=action][value={action}])")

    def sync_now(self) -> None:
        """Requests a sync."""
        self.frame.locator("#sync-now").click()

    def set_schedule(self, frequency: str, enabled: bool = True) -> None:
        """Sets and saves the schedule."""
        form = self.form("schedule")
        form.locator("select").select_option(frequency)
        form.get_by_role("checkbox").set_checked(enabled)
        form.get_by_role("button").click()

    def stop_sharing(self, resource: str) -> None:
        """Stops sharing a resource, after opening the explanation."""
        self.frame.locator(f"#off-{resource} summary").click()
        self.frame.locator(f"#switch-{resource}").click()

    def share(self, resource: str) -> None:
        """Shares a resource again."""
        self.frame.locator(f"#switch-{resource}").click()

    def switch_language(self) -> None:
        """Switches to the other language."""
        self.frame.locator("#language").click()

    def session(self) -> str:
        """Session token in the page's forms."""
        return self.frame.locator("input[name=session]").first.input_value()

    def violations(self) -> list[str]:
        """Violations that axe-core finds."""
        return violations(self.page, self.frame)


def open_app(page: Page, shop, **options) -> StorePage:
    """Opens the app by its own address, as the admin's redirect does."""
    page.goto(shop.signed("open", **options))
    return StorePage(page)


def open_in_admin(page: Page, shop) -> StorePage:
    """Opens the app's page in the shop's admin, which installs it if it is not installed."""
    page.goto(shop.admin_url)
    return StorePage(page)
