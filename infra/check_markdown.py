"""Checks the references of the Markdown pages: links and their anchors, `make` targets, and paths of the
repository.

    python3 -m infra.check_markdown
"""

import re
from pathlib import Path

from infra.local.layout import ROOT
from infra.local.progress import Failure, run, step

PLACES = ["*.md", "docs/**/*.md", "shared/*/*.md", "tests/*/*.md"]
PAGES = sorted(page for place in PLACES for page in ROOT.glob(place))

BLOCK = re.compile(r"^ *```.*?^ *```", re.MULTILINE | re.DOTALL)
HEADING = re.compile(r"^#+ (.*)$", re.MULTILINE)
LINK = re.compile(r"\]\(([^)\s]+)\)")
ELSEWHERE = re.compile(r"[a-z]+:")
CODE = re.compile(r"`[^`\n]+`")
COMMAND = re.compile(r"(?:^\s*|`|&& )make ([a-z][a-z-]*)(?=[`\s&]|$)", re.MULTILINE)
PATH = re.compile(r"`((?:shared|functions|infra|tests|events|docs|\.ci)/[\w./*-]+)`")
TARGET = re.compile(r"^([a-z][a-z-]*):", re.MULTILINE)


def main() -> None:
    """Checks every page and reports broken references."""
    targets = set(TARGET.findall((ROOT / "Makefile").read_text(encoding="utf-8")))
    wrong = [f"{page.relative_to(ROOT)}: {fault}" for page in PAGES for fault in faults(page, targets)]
    if wrong:
        raise Failure("\n".join(wrong))
    step(f"{len(PAGES)} Markdown pages checked: all links, `make` targets and paths exist")


def faults(page: Path, targets: set[str]) -> list[str]:
    """Errors of a page."""
    text = page.read_text(encoding="utf-8")
    prose = BLOCK.sub("", text)
    commands = "\n".join(CODE.findall(prose) + BLOCK.findall(text))
    found = [f"{link}: no such file or heading" for link in LINK.findall(prose) if not leads_somewhere(page, link)]
    found += [f"make {target}: no such target" for target in COMMAND.findall(commands) if target not in targets]
    found += [f"{path}: no such path" for path in PATH.findall(prose) if not any(ROOT.glob(path))]
    return found


def leads_somewhere(page: Path, link: str) -> bool:
    """Whether a link's file exists and has the heading it names. External links are not checked."""
    if ELSEWHERE.match(link):
        return True
    path, _, anchor = link.partition("#")
    target = page.parent / path if path else page
    return target.exists() and (not anchor or anchor in anchors(target))


def anchors(page: Path) -> set[str]:
    """Anchors of a page's headings; empty if the file is not a page."""
    if page.suffix != ".md":
        return set()
    return {anchor(heading) for heading in HEADING.findall(BLOCK.sub("", page.read_text(encoding="utf-8")))}


def anchor(heading: str) -> str:
    """A heading's anchor on GitHub and GitLab."""
    words = LINK.sub("", heading).replace("[", "").strip().lower()
    return re.sub(r"[^\w\- ]", "", words).replace(" ", "-")


if __name__ == "__main__":
    run(main)
