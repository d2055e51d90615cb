"""Invokes every built function with every sample in `events/`, under AWS's own Runtime Interface
Emulator (it comes with the SAM CLI), and checks the responses.

Needs a running stack, whose environment for each function is used.
Each sample is sent as it is, which a function must refuse where it carries a signature or a bearer
(they are old, or wrong); and sent again with a fresh signature or the right bearer.
"""

import hashlib
import hmac
import json
import os
import secrets
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path
from urllib.parse import parse_qsl

import samcli

from infra.bundle import functions, read_template
from infra.local import cloud, description, function_environment, shoprenter
from infra.local.layout import BINARIES, ROOT, StackFiles, architecture
from infra.local.processes import Process, end_group, start_time
from infra.local.progress import Failure, run, step

EVENTS = ROOT / "events"
EMULATOR = Path(samcli.__file__).parent / "local" / "rapid" / f"aws-lambda-rie-{architecture()}"
SHOP = "mintabolt"
READY_SECONDS = 10
INVOKE_SECONDS = 30


def main() -> None:
    """Sends every sample of every function in each variant."""
    files = StackFiles.from_environment()
    stack = description.read(files)
    if not stack:
        raise Failure(f"no stack is up in {files.directory}: `make up` first")
    open_shop(stack)
    failures = 0
    for logical_id, crate in functions(read_template()).items():
        samples = sorted((EVENTS / crate).glob("*.json"))
        if not samples:
            raise Failure(f"{EVENTS / crate} has no sample")
        with Emulator(files, crate, function_environment.read(stack, logical_id)) as emulator:
            failures += sum(check(emulator, stack, sample) for sample in samples)
    if failures:
        raise Failure(f"{failures} invocations had an unexpected response; function output is in {files.logs}")
    step("every sample had the expected response")


def open_shop(stack: dict) -> None:
    """Creates the samples' shop with the app installed; another ShopRenter-like server must already have it."""
    if not shoprenter.external_url():
        shoprenter.control(stack["shoprenter_url"], "PUT", f"/_control/shops/{SHOP}",
                           {"products": 10, "installed": True})


def check(emulator: "Emulator", stack: dict, sample: Path) -> int:
    """Sends one sample in each variant; returns the number of unexpected responses."""
    event = json.loads(sample.read_text(encoding="utf-8"))
    failures = 0
    for label, payload, is_right in variants(event, stack):
        answer = emulator.invoke(payload)
        right = is_right(answer)
        failures += not right
        summary = answer.get("statusCode", answer) if isinstance(answer, dict) else answer
        step(f"{'ok  ' if right else 'FAIL'} {sample.parent.name}/{sample.stem}, {label}: {json.dumps(summary)}")
    return failures


def variants(event: dict, stack: dict):
    """Variants of a sample, each with the check of its response."""
    if "requestContext" not in event:
        yield "from the bus", event, lambda answer: not (isinstance(answer, dict) and "errorType" in answer)
    elif event["rawPath"].startswith("/webhooks/shoprenter/orders/"):
        # Only ShopRenter knows the valid keys.
        yield "with an unknown key", event, lambda answer: status(answer) == 403
    elif event["rawPath"] == "/integrations/shoprenter/store":
        # A session starts when the app is opened, and exists only in its page.
        yield "with an invalid session", event, lambda answer: status(answer) == 401
    elif "authorization" in event["headers"]:
        yield "with a wrong bearer", event, lambda answer: status(answer) in (401, 403)
        yield "with the right bearer", with_bearer(event, stack["internal_sync_secret"]), is_served
    elif "hmac=" not in event["rawQueryString"]:
        yield "as anybody may", event, is_served
    else:
        yield "with an old signature", event, lambda answer: status(answer) == 403
        yield "signed now", signed(event, stack["client_secret"]), is_served


def is_served(answer) -> bool:
    """Whether the request was authenticated; a response about an unknown shop counts."""
    return status(answer) is not None and status(answer) < 500 and status(answer) not in (400, 401, 403)


def status(answer) -> int | None:
    """HTTP status of an API Gateway response."""
    return answer.get("statusCode") if isinstance(answer, dict) else None


def with_bearer(event: dict, secret: str) -> dict:
    """The request with the valid bearer secret."""
    return {**event, "headers": {**event["headers"], "authorization": f"Bearer {secret}"}}


def signed(event: dict, client_secret: str) -> dict:
    """The request signed now, as ShopRenter's demo applications sign: shop name, code, timestamp.

    The code is new too: two calls with the same signature would be taken for a replay.
    """
    pairs = [pair.partition("=") for pair in event["rawQueryString"].split("&")]
    shop = next(value for name, _, value in pairs if name.lower() == "shopname")
    code = secrets.token_hex(16)
    timestamp = str(int(time.time()))
    message = f"shopname={shop}&code={code}&timestamp={timestamp}"
    fresh = {
        "code": code,
        "timestamp": timestamp,
        "hmac": hmac.new(client_secret.encode(), message.encode(), hashlib.sha256).hexdigest(),
    }
    query = "&".join(f"{name}={fresh.get(name, value)}" for name, _, value in pairs)
    return {**event, "rawQueryString": query, "queryStringParameters": dict(parse_qsl(query))}


class Emulator:
    """The Runtime Interface Emulator running one function."""

    def __init__(self, files: StackFiles, crate: str, environment: dict[str, str]):
        self._binary = BINARIES / crate
        self._environment = {"PATH": os.environ.get("PATH", os.defpath), **environment}
        self._log = files.logs / f"rie-{crate}.log"
        self._address = f"127.0.0.1:{cloud.free_port()}"

    def __enter__(self) -> "Emulator":
        command = [str(EMULATOR), "--runtime-interface-emulator-address", self._address,
                   "--runtime-api-address", f"127.0.0.1:{cloud.free_port()}", str(self._binary)]
        with open(self._log, "wb") as output:
            self._process = subprocess.Popen(command, env=self._environment, stdin=subprocess.DEVNULL,
                                             stdout=output, stderr=subprocess.STDOUT, start_new_session=True)
        return self

    def __exit__(self, *_) -> None:
        process = Process("rie", self._process.pid, start_time(self._process.pid) or "")
        if process.started:
            end_group(process)
        self._process.wait()

    def invoke(self, payload: dict):
        """Sends one event; returns the function's response."""
        request = urllib.request.Request(
            f"http://{self._address}/2015-03-31/functions/function/invocations",
            data=json.dumps(payload).encode(), headers={"Content-Type": "application/json"})
        deadline = time.monotonic() + READY_SECONDS
        while True:
            try:
                with urllib.request.urlopen(request, timeout=INVOKE_SECONDS) as answer:
                    return json.loads(answer.read() or b"null")
            except ConnectionRefusedError:
                pass
            except urllib.error.URLError as error:
                if not isinstance(error.reason, ConnectionRefusedError):
                    raise Failure(f"the emulator did not answer: {error}") from error
            if time.monotonic() > deadline:
                raise Failure(f"the emulator does not listen; see {self._log}")
            time.sleep(0.05)


if __name__ == "__main__":
    run(main)
