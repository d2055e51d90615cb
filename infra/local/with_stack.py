"""Runs commands beside a local stack of their own, and takes it down however they end.

    STACK_DIR=.local/test python -m infra.local.with_stack 'first command' 'second command' …

The commands find the stack through `STACK_FILE`, the path of its `stack.json`.
"""

import os
import subprocess
import sys

from botocore.exceptions import BotoCoreError, ClientError

from infra.local import function_logs
from infra.local.layout import ROOT, StackFiles
from infra.local.progress import Failure, run, step
from infra.local.stack import down, up

# Tests wait for the shops' answers, not for their rate limit: what keeps it is tested in process, and
# the shops of these tests refuse nothing.
PARAMETERS = {"ShoprenterRateLimit": "50"}
# How much of the functions' trouble is shown after a command that failed.
SHOWN_LINES = 40


def main() -> None:
    """Up, the commands until one fails, down."""
    files = StackFiles.from_environment()
    try:
        stack = up(files, PARAMETERS)
        environment = {**os.environ, "STACK_DIR": str(files.directory), "STACK_FILE": str(files.description)}
        for command in sys.argv[1:]:
            step(command)
            if subprocess.run(command, shell=True, cwd=ROOT, env=environment, check=False).returncode != 0:
                show_trouble(files, stack["aws_endpoint"])
                raise Failure(f"`{command}` failed; logs are in {files.logs}")
    finally:
        down(files)


def show_trouble(files: StackFiles, endpoint: str) -> None:
    """The end of what the functions warned of, and the rest in a file: the local cloud forgets it."""
    log = files.logs / "functions.log"
    try:
        trouble = function_logs.keep(endpoint, log)
    except (BotoCoreError, ClientError) as error:
        step(f"the local cloud gives no logs: {error}")
        return
    step(f"the functions' logs are in {log}; the last {SHOWN_LINES} of {len(trouble)} lines of trouble:")
    for entry in trouble[-SHOWN_LINES:]:
        print(entry, flush=True)


if __name__ == "__main__":
    run(main)
