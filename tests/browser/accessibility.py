"""axe-core on a page or a frame, in both colour schemes."""

from playwright.sync_api import Frame, Page

from infra.local.layout import TOOLS

SCRIPT = (TOOLS / "axe-core" / "axe.min.js").read_text(encoding="utf-8")
# A frame is checked separately, not from its parent page.
OPTIONS = {"iframes": False, "preload": False, "resultTypes": ["violations", "incomplete"]}
# Rules that depend on colours, and so on the scheme.
COLOUR_RULES = {"runOnly": ["cat.color"]}


def violations(page: Page, frame: Frame | None = None) -> list[str]:
    """Violations that axe-core finds: by all rules in light, by the colour rules in dark. The scheme is light
    afterwards. Requires JavaScript: without it the call would never return."""
    frame = frame or page.main_frame
    frame.evaluate(f"() => {{ if (!window.axe) {{ {SCRIPT} }} }}")
    found = []
    for scheme, options in (("dark", OPTIONS | COLOUR_RULES), ("light", OPTIONS)):
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        found += [f"{scheme}: {violation}" for violation in check(frame, options)]
    return found


def check(frame: Frame, options: dict) -> list[str]:
    """Violations in the page's current state, including contrasts that axe-core cannot measure."""
    results = frame.evaluate("options => axe.run(document, options)", options)
    unsure = [result for result in results["incomplete"] if result["id"] == "color-contrast"]
    return [
        f"{result['id']}: {result['help']}: {node['html']}"
        for result in results["violations"] + unsure for node in result["nodes"]
    ]
