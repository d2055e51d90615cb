"""Installs the pinned tools into `.tools/`, and missing system packages that they need.

    python3 -m infra.tools.install [aws] [ministack] [browser] [dynamodb-local] [axe-core] [chromium]

Runs on the standard library alone. Doing it twice does nothing the second time: what is installed
carries a stamp made of what it was installed from.
"""

import fcntl
import sys

from infra.local.layout import TOOLS
from infra.local.progress import Failure, run
from infra.tools import chromium, environment, npm

OLDEST_PYTHON = (3, 11)
INSTALLERS = {
    **{name: lambda name=name: environment.install(name) for name in environment.NAMES},
    **{name: lambda name=name: npm.install(name) for name in npm.PACKAGES},
    "chromium": chromium.install,
}


def main() -> None:
    """Installs the tools named on the command line, in order."""
    if sys.version_info < OLDEST_PYTHON:
        wanted = ".".join(map(str, OLDEST_PYTHON))
        raise Failure(f"Python {wanted} or newer is needed; this is {sys.version.split()[0]}")
    names = sys.argv[1:]
    unknown = [name for name in names if name not in INSTALLERS]
    if unknown or not names:
        raise Failure(f"usage: python3 -m infra.tools.install {' '.join(f'[{name}]' for name in INSTALLERS)}")
    TOOLS.mkdir(exist_ok=True)
    with open(TOOLS / ".lock", "w", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        for name in names:
            INSTALLERS[name]()


if __name__ == "__main__":
    run(main)
