"""axe-core on a page or a frame, in both colour schemes."""

from playwright.sync_api import Frame, Page

from infra.local.layout import TOOLS

SCRIPT = (TOOLS / "axe-core" / "axe.min.js").read_text(encoding="utf-8")
# A frame is looked at by itself, not from the page around it.
OPTIONS = {"iframes": False, "preload": False, "resultTypes": ["violations", "incomplete"]}
# What depends on the colours, and so on the scheme.
OF_COLOURS = {"runOnly": ["cat.color"]}


def violations(page: Page, frame: Frame | None = None) -> list[str]:
    """What axe-core finds: by all its rules in light, by those of colours in dark. The scheme is light
    afterwards. It is a script: a browser without scripts would wait for it for ever."""
    frame = frame or page.main_frame
    frame.evaluate(f"() => {{ if (!window.axe) {{ {SCRIPT} }} }}")
    found = []
    for scheme, options in (("dark", OPTIONS | OF_COLOURS), ("light", OPTIONS)):
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        found += [f"{scheme}: {violation}" for violation in check(frame, options)]
    return found


def check(frame: Frame, options: dict) -> list[str]:
    """What it finds as the page stands; contrasts that it cannot measure count too."""
    results = frame.evaluate("options => axe.run(document, options)", options)
    unsure = [result for result in results["incomplete"] if result["id"] == "color-contrast"]
    return [
        f"{result['id']}: {result['help']}: {node['html']}"
        for result in results["violations"] + unsure for node in result["nodes"]
    ]
