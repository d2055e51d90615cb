"""Runs a command with AWS's own DynamoDB Local, at the address in `DYNAMODB_ENDPOINT`.

    python -m infra.local.dynamodb_local cargo test --test in_process
"""

import os
import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.request

from infra.local.cloud import free_port
from infra.local.layout import ROOT, TOOLS
from infra.local.progress import Failure, run, step

HOME = TOOLS / "dynamodb-local" / "emulator"
READY_SECONDS = 30


def main() -> None:
    """Starts DynamoDB Local with empty tables, runs the command, and stops it."""
    if shutil.which("java") is None:
        raise Failure("DynamoDB Local needs Java 17 or newer (Debian: apt-get install default-jre-headless)")
    port = free_port()
    endpoint = f"http://127.0.0.1:{port}"
    step(f"starting DynamoDB Local on port {port}")
    server = subprocess.Popen(
        ["java", f"-Djava.library.path={HOME / 'DynamoDBLocal_lib'}", "-jar", str(HOME / "DynamoDBLocal.jar"),
         "-inMemory", "-sharedDb", "-disableTelemetry", "-port", str(port)],
        cwd=HOME, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL)
    try:
        wait_until_ready(server, endpoint)
        environment = {**os.environ, "DYNAMODB_ENDPOINT": endpoint}
        step(f"DYNAMODB_ENDPOINT={endpoint} {' '.join(sys.argv[1:])}")
        if subprocess.run(sys.argv[1:], cwd=ROOT, env=environment, check=False).returncode != 0:
            raise Failure("the tests do not pass on DynamoDB Local")
    finally:
        server.terminate()
        server.wait()


def wait_until_ready(server: subprocess.Popen, endpoint: str) -> None:
    """Waits until DynamoDB Local responds, even with an error."""
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline:
        if server.poll() is not None:
            raise Failure(f"DynamoDB Local ended with status {server.returncode}")
        try:
            urllib.request.urlopen(endpoint, timeout=2)
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.1)
    raise Failure(f"DynamoDB Local was not ready after {READY_SECONDS} s")


if __name__ == "__main__":
    run(main)
