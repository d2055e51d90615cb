"""Programs from npm packages: downloaded, verified against the pinned digest, and unpacked. No script
of a package is run, and no dependency is downloaded."""

import shutil
from dataclasses import dataclass

from infra.local.layout import TOOLS
from infra.local.progress import Failure, step
from infra.tools import system
from infra.tools.stamp import Stamp, digest


@dataclass(frozen=True)
class Package:
    """A package at a version, and the SHA-256 of its archive."""

    spec: str
    sha256: str
    size: str


PACKAGES = {
    # AWS's DynamoDB Local, a Java program.
    "dynamodb-local": Package("amplify-dynamodb-simulator@2.9.30",
                              "3503ffac19f183407909fecdacf4db51ab1fdad1da7b2f177016670b2d80e4b9", "57 MB"),
    # The accessibility checker, one script.
    "axe-core": Package("axe-core@4.14.1",
                        "e6b0ce02b84d892e2e33e403485e7f3d6c29e2be6df65daf44d89ba564139745", "0.8 MB"),
}


def install(name: str) -> None:
    """Unpacks the package into `.tools/<name>`."""
    package = PACKAGES[name]
    target = TOOLS / name
    stamp = Stamp(target, (package.spec + package.sha256).encode())
    if stamp.is_current():
        return
    if shutil.which("npm") is None:
        system.install("npm", f"{name} comes from npm, and `npm` is not installed")
    step(f"tools: {name}: fetching {package.spec} ({package.size})")
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    system.call(["npm", "pack", package.spec, "--pack-destination", str(target), "--loglevel=error", "--silent"])
    archive = next(target.glob("*.tgz"))
    if digest(archive.read_bytes()) != package.sha256:
        raise Failure(f"{archive.name} does not match the pinned digest")
    system.call(["tar", "--extract", "--gzip", "--strip-components=1", "--file", str(archive),
                 "--directory", str(target)])
    archive.unlink()
    stamp.write()
