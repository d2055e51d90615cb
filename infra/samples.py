"""The merchants' pages in every state, with invented data: written by an example of the core, and
served on a loopback port as strictly as the real ones."""

import functools
import json
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from infra.local.layout import BINARIES, ROOT
from infra.local.progress import Failure


@dataclass(frozen=True)
class Sample:
    """One page: its state, language, path, and Content-Security-Policy."""

    name: str
    language: str
    path: str
    policy: str


def write(directory: Path) -> list[Sample]:
    """Writes all pages below `directory`; returns their list."""
    # For the whole workspace: a single package has other features, and dependencies would be compiled again.
    build = ["cargo", "build", "--profile", "fast", "--quiet", "--workspace", "--example", "pages"]
    for command in (build, [str(BINARIES / "examples" / "pages"), str(directory)]):
        if subprocess.run(command, cwd=ROOT, check=False).returncode != 0:
            raise Failure("the sample pages cannot be written")
    index = json.loads((directory / "index.json").read_text(encoding="utf-8"))
    return [Sample(*(entry[name] for name in ("name", "language", "path", "policy"))) for entry in index]


class Handler(SimpleHTTPRequestHandler):
    """Serves files, each page with its own policy."""

    policies: dict[str, str]

    def end_headers(self) -> None:
        if policy := self.policies.get(self.path):
            self.send_header("Content-Security-Policy", policy)
        self.send_header("X-Content-Type-Options", "nosniff")
        super().end_headers()

    def log_message(self, *_arguments) -> None:
        """Suppresses request logging."""


@contextmanager
def serve(directory: Path, pages: list[Sample]) -> Iterator[str]:
    """Serves the directory until the block ends; yields the address."""
    handler = type("Served", (Handler,), {"policies": {f"/{page.path}": page.policy for page in pages}})
    server = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(handler, directory=str(directory)))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
