"""Paths in the repository and in a local stack's directory."""

import os
import platform
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TOOLS = ROOT / ".tools"
BINARIES = ROOT / "target" / "fast"
TEMPLATE = ROOT / "template.yaml"
SAM_CONFIG = ROOT / "samconfig.toml"

REGION = "eu-central-1"


@dataclass(frozen=True)
class StackFiles:
    """The files of one stack. Several stacks can be up at once, each with a directory of its own."""

    directory: Path

    @classmethod
    def from_environment(cls) -> "StackFiles":
        """The stack that `STACK_DIR` names, or `.local`."""
        return cls((ROOT / os.environ.get("STACK_DIR", ".local")).resolve())

    @property
    def description(self) -> Path:
        """Addresses, names and secrets for using the stack."""
        return self.directory / "stack.json"

    @property
    def function_environment(self) -> Path:
        """The functions' environment, for running one outside the local cloud."""
        return self.directory / "function.env"

    @property
    def processes(self) -> Path:
        """Processes that `down` ends."""
        return self.directory / "processes.json"

    @property
    def build(self) -> Path:
        """The template and functions as deployed."""
        return self.directory / "build"

    @property
    def temporary(self) -> Path:
        """The local cloud's files: uploaded code and object bodies."""
        return self.directory / "tmp"

    @property
    def logs(self) -> Path:
        """The output of the processes; function logs are in the local cloud."""
        return self.directory / "logs"


def architecture() -> str:
    """This machine's architecture by Lambda's name: the local cloud runs functions as plain processes."""
    return "arm64" if platform.machine().lower() in ("arm64", "aarch64") else "x86_64"
