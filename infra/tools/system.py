"""System packages, and commands run to completion."""

import os
import shutil
import subprocess

from infra.local.progress import Failure, step


def install(package: str, why: str, *further: str) -> None:
    """Installs Debian or Ubuntu packages as root; otherwise reports why they are needed and the command."""
    command = ["apt-get", "install", "--yes", "--no-install-recommends", package, *further]
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        raise Failure(f"tools: {why}. On Debian and Ubuntu: sudo {' '.join(command)}")
    step(f"tools: {why}: installing {package}")
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    call(["apt-get", "update", "--quiet"], environment)
    call(command, environment)


def call(command: list[str], environment: dict[str, str] | None = None) -> None:
    """Runs a command with its output shown; ends the installation if it fails."""
    result = subprocess.run(command, check=False, env=environment)
    if result.returncode != 0:
        raise Failure(f"tools: `{' '.join(command)}` failed with status {result.returncode}")
