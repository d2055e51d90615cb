"""Virtual environments at `.tools/<name>`, each with exactly the packages of its requirements file."""

import importlib.util
import shutil
import sys
from pathlib import Path

from infra.local.layout import TOOLS
from infra.local.progress import step
from infra.tools import system
from infra.tools.stamp import Stamp

# The local cloud's packages and the SAM CLI's conflict, so each has its own environment.
NAMES = ("aws", "ministack", "browser")


def install(name: str) -> None:
    """Recreates the environment if its pins or this Python have changed."""
    requirements = Path(__file__).with_name(f"requirements-{name}.txt")
    target = TOOLS / name
    stamp = Stamp(target, requirements.read_bytes() + sys.version.encode() + str(target).encode())
    if stamp.is_current():
        return
    if not importlib.util.find_spec("ensurepip"):
        # Debian and Ubuntu ship Python without it.
        system.install("python3-venv", "this Python cannot create virtual environments")
    step(f"tools: {name}: creating the environment")
    shutil.rmtree(target, ignore_errors=True)
    system.call([sys.executable, "-m", "venv", str(target)])
    step(f"tools: {name}: installing {count_pins(requirements)} pinned packages (a minute or two, once)")
    system.call([str(target / "bin" / "python"), "-m", "pip", "install", "--quiet", "--no-deps",
                 "--disable-pip-version-check", "--requirement", str(requirements)])
    stamp.write()


def count_pins(requirements: Path) -> int:
    """Number of packages in a requirements file."""
    return sum("==" in line for line in requirements.read_text(encoding="utf-8").splitlines())
