"""The system's Chromium. It is not pinned: its security updates come with the system's."""

import os
import shutil
import subprocess

from infra.local.progress import Failure, step
from infra.tools import system

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def find() -> str | None:
    """Path of Chromium: `CHROMIUM`, or the first one on `PATH`."""
    named = os.environ.get("CHROMIUM")
    return shutil.which(named) if named else next(filter(None, map(shutil.which, NAMES)), None)


def arguments() -> list[str]:
    """Command-line arguments: the sandbox does not work as root."""
    return ["--no-sandbox"] if os.geteuid() == 0 else []


def install() -> None:
    """Installs Chromium and fonts if no working Chromium is found."""
    if runs():
        return
    if os.environ.get("CHROMIUM"):
        raise Failure(f"CHROMIUM names '{os.environ['CHROMIUM']}', which does not run")
    system.install("chromium", "the browser tests need Chromium", "fonts-liberation")
    if not runs():
        raise Failure("Chromium was installed and does not run; let CHROMIUM name a Chromium or Chrome that does")
    step("tools: chromium: ready")


def runs() -> bool:
    """Whether it starts: on some systems the name belongs to a stub that points to an app store."""
    program = find()
    if program is None:
        return False
    return subprocess.run([program, "--version"], check=False, capture_output=True).returncode == 0
