"""Checks what is sent to ShopRenter to register the app: docs/registration.md and docs/logo.png.

    python -m infra.check_registration
"""

import re
from pathlib import Path

from infra.bundle import read_template
from infra.check_reference import codes, in_code, rows
from infra.local.layout import ROOT
from infra.local.progress import Failure, run, step
from infra.logo import HEIGHT, LOGO, WIDTH, is_current

PAGE = ROOT / "docs" / "registration.md"
# From ShopRenter's documentation of the registration.
SHORT = 70
SIZE = (250, 150)
SCOPE = r'"([a-zA-Z]+\.[a-zA-Z]+:(?:read|write))"'


def main() -> None:
    """Runs every check and reports all faults."""
    values = dict(row[:2] for row in rows(PAGE, "they ask for", "value"))
    wrong = [*check_descriptions(values), *check_outputs(values), *check_scopes(PAGE), *check_logo()]
    if wrong:
        raise Failure("\n".join(wrong))
    step("the registration is complete: descriptions, outputs, scopes and logo")


def check_descriptions(values: dict[str, str]) -> list[str]:
    """Checks the length of the short descriptions, one for each language."""
    texts = {name: text for name, text in values.items() if name.startswith("Short description")}
    wrong = [] if len(texts) == 2 else [f"registration.md has {len(texts)} short descriptions, not 2"]
    return wrong + [f"{name} has {len(text)} characters, {SHORT} are allowed"
                    for name, text in texts.items() if not 0 < len(text) <= SHORT]


def check_outputs(values: dict[str, str]) -> list[str]:
    """Checks that the template has the outputs that stand for the three addresses."""
    outputs = read_template()["Outputs"]
    named = {name: codes(values.get(name, "")) for name in ("EntryPoint", "RedirectUri", "UninstallUri")}
    return [f"registration.md names no output of template.yaml as {name}"
            for name, found in named.items() if len(found) != 1 or found[0] not in outputs]


def check_scopes(page: Path) -> list[str]:
    """Checks that each scope in the code has a row with a reason, and that there is no row twice."""
    listed = [(codes(row[0])[0], row[1]) for row in rows(page, "scope", "why the app needs it")]
    names = [name for name, _ in listed]
    wrong = [f"registration.md does not ask for the scope {name}" for name in sorted(in_code(SCOPE) - set(names))]
    wrong += [f"registration.md has no reason for {name}" for name, why in listed if not why.endswith(".")]
    wrong += [f"registration.md has {name} more than once" for name in sorted({n for n in names if names.count(n) > 1})]
    return wrong + [f"registration.md: {name} is not a scope" for name in names if not re.fullmatch(SCOPE, f'"{name}"')]


def check_logo() -> list[str]:
    """Checks the logo's size, and that the file is what the script draws."""
    wrong = [] if (WIDTH, HEIGHT) == SIZE else [f"infra/logo.py draws {WIDTH}×{HEIGHT} pixels, ShopRenter asks for 250×150"]
    return wrong if is_current() else [*wrong, f"{LOGO.relative_to(ROOT)} is not what infra/logo.py draws: run it"]


if __name__ == "__main__":
    run(main)
