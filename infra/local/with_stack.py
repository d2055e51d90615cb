"""Runs commands beside a local stack of their own, and takes it down however they end.

    STACK_DIR=.local/test python -m infra.local.with_stack 'first command' 'second command' …

The commands find the stack through `STACK_FILE`, the path of its `stack.json`.
"""

import os
import subprocess
import sys

from infra.local.layout import ROOT, StackFiles
from infra.local.progress import Failure, run, step
from infra.local.stack import down, up


def main() -> None:
    """Up, the commands until one fails, down."""
    files = StackFiles.from_environment()
    try:
        up(files)
        environment = {**os.environ, "STACK_DIR": str(files.directory), "STACK_FILE": str(files.description)}
        for command in sys.argv[1:]:
            step(command)
            if subprocess.run(command, shell=True, cwd=ROOT, env=environment, check=False).returncode != 0:
                raise Failure(f"`{command}` failed; logs are in {files.logs}")
    finally:
        down(files)


if __name__ == "__main__":
    run(main)
