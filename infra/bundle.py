"""Lays out built binaries as `sam build` would, so that `sam deploy` accepts them.

    python -m infra.bundle

takes what `cargo lambda build` left in `target/lambda` and writes `.aws-sam/build`. The local stack
does the same with its own binaries.
"""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

from samcli.yamlhelper import yaml_dump, yaml_parse

from infra.local.layout import ROOT, TEMPLATE
from infra.local.progress import Failure, run, step


def bundle(binary_of: Callable[[str], Path], destination: Path) -> Path:
    """Copies each function's binary next to a copy of the template that refers to it; returns the copy."""
    shutil.rmtree(destination, ignore_errors=True)
    destination.mkdir(parents=True)
    template = read_template()
    for logical_id, crate in functions(template).items():
        binary = binary_of(crate)
        if not binary.is_file():
            raise Failure(f"{logical_id} needs {binary}, which the build did not produce")
        code = destination / logical_id
        code.mkdir()
        shutil.copy(binary, code / "bootstrap")
        template["Resources"][logical_id]["Properties"]["CodeUri"] = logical_id
    copy = destination / "template.yaml"
    copy.write_text(yaml_dump(template), encoding="utf-8")
    return copy


def read_template() -> dict:
    """`template.yaml`, with its short-form intrinsic functions expanded."""
    return yaml_parse(TEMPLATE.read_text(encoding="utf-8"))


def functions(template: dict) -> dict[str, str]:
    """The template's functions by logical id, each with the crate (and binary) it is built from."""
    return {
        logical_id: os.path.basename(resource["Properties"]["CodeUri"].rstrip("/"))
        for logical_id, resource in template["Resources"].items()
        if resource["Type"] == "AWS::Serverless::Function"
    }


def main() -> None:
    """Bundles the output of `cargo lambda build`."""
    copy = bundle(lambda crate: ROOT / "target" / "lambda" / crate / "bootstrap", ROOT / ".aws-sam" / "build")
    step(f"bundled for `sam deploy`: {copy.relative_to(ROOT)}")


if __name__ == "__main__":
    run(main)
