"""Records that an installation completed, and from which inputs."""

import hashlib
from pathlib import Path

from infra.local.progress import step


class Stamp:
    """A file in the directory that was installed, with a digest of its inputs."""

    def __init__(self, target: Path, inputs: bytes):
        self._target = target
        self._digest = digest(inputs)

    def is_current(self) -> bool:
        """Whether the directory was finished from these inputs."""
        path = self._target / ".stamp"
        return path.is_file() and path.read_text(encoding="utf-8") == self._digest

    def write(self) -> None:
        """Must be called last, so that an interrupted installation starts over."""
        (self._target / ".stamp").write_text(self._digest, encoding="utf-8")
        step(f"tools: {self._target.name}: ready")


def digest(content: bytes) -> str:
    """SHA-256, in hex."""
    return hashlib.sha256(content).hexdigest()
