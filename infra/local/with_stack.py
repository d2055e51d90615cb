"""Runs commands with their own local stack, and always stops it afterwards.

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

# Above any test's rate, so that tests do not wait: the rate limiter is tested in process, and
# these tests' shops have no rate limit.
PARAMETERS = {"ShoprenterRateLimit": "50"}
# Number of warnings and errors shown after a failed command.
SHOWN_LINES = 40


def main() -> None:
    """Starts the stack, runs the commands until one fails, and stops the stack."""
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
    """Prints the last warnings and errors, and saves all logs to a file: the local cloud does not keep them."""
    log = files.logs / "functions.log"
    try:
        trouble = function_logs.keep(endpoint, log)
    except (BotoCoreError, ClientError) as error:
        step(f"the logs cannot be read from the local cloud: {error}")
        return
    step(f"the functions' logs are in {log}; the last {SHOWN_LINES} of {len(trouble)} warnings and errors:")
    for entry in trouble[-SHOWN_LINES:]:
        print(entry, flush=True)


if __name__ == "__main__":
    run(main)
