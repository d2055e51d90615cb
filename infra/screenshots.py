"""Takes a screenshot of every sample page, narrow and wide, light and dark.

    python -m infra.screenshots

They go to `.local/screenshots/<width>-<scheme>/<state>-<language>.png`.
"""

import shutil

from playwright.sync_api import Browser, sync_playwright

from infra import samples
from infra.local.layout import ROOT
from infra.local.progress import run, step
from infra.tools import chromium

OUTPUT = ROOT / ".local" / "screenshots"
PAGES = ROOT / ".local" / "pages"
WIDTHS = {360: 740, 1280: 900}
SCHEMES = ("light", "dark")


def main() -> None:
    """Writes the samples and takes all screenshots."""
    shutil.rmtree(OUTPUT, ignore_errors=True)
    shutil.rmtree(PAGES, ignore_errors=True)
    pages = samples.write(PAGES)
    with samples.serve(PAGES, pages) as base, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium.find(), args=chromium.arguments())
        for width in WIDTHS:
            for scheme in SCHEMES:
                shoot(browser, base, pages, width, scheme)
        browser.close()
    step(f"{len(pages)} pages, {len(WIDTHS) * len(SCHEMES)} pictures each, are in {OUTPUT.relative_to(ROOT)}")


def shoot(browser: Browser, base: str, pages: list[samples.Sample], width: int, scheme: str) -> None:
    """All pages at one width and in one scheme, in their whole length."""
    context = browser.new_context(viewport={"width": width, "height": WIDTHS[width]}, color_scheme=scheme,
                                  reduced_motion="reduce", device_scale_factor=1)
    page = context.new_page()
    for sample in pages:
        page.goto(f"{base}/{sample.path}")
        page.screenshot(path=OUTPUT / f"{width}-{scheme}" / f"{sample.name}-{sample.language}.png", full_page=True)
    context.close()


if __name__ == "__main__":
    run(main)
