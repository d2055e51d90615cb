"""The deployed local stack: its HTTP API, the simulated ShopRenter, and what its tables hold."""

import json
import os
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

from infra.local.layout import ROOT

# Longer than anything here takes on a busy machine.
PATIENCE_SECONDS = 90


class Stack:
    """The stack that `STACK_FILE` describes, or the one of `make up`."""

    def __init__(self) -> None:
        path = Path(os.environ.get("STACK_FILE", ROOT / ".local" / "stack.json"))
        assert path.exists(), f"{path} is missing: start a stack with `make up`"
        self._description = json.loads(path.read_text(encoding="utf-8"))

    def __getitem__(self, name: str):
        return self._description[name]

    @property
    def api_url(self) -> str:
        """Where our pages and routes are, without a slash at the end."""
        return self["api_url"]

    @property
    def shoprenter_url(self) -> str:
        """Where the simulated ShopRenter is."""
        return self["shoprenter_url"]

    def api(self, method: str, path: str, body: dict | None = None) -> dict:
        """A call as ShopCall makes it."""
        bearer = {"authorization": f"Bearer {self['internal_sync_secret']}"}
        return send(method, self.api_url + path, body, bearer)

    def control(self, method: str, path: str, body: dict | None = None) -> dict:
        """A call of the simulator's control interface."""
        return send(method, f"{self.shoprenter_url}/_control{path}", body, {})

    def dynamodb(self, operation: str, body: dict) -> dict:
        """A call to the tables. The local cloud looks at a credential's scope, not at the signature."""
        scope = f"test/20260101/{self['region']}/dynamodb/aws4_request"
        return send("POST", self["aws_endpoint"], body, {
            "x-amz-target": f"DynamoDB_20120810.{operation}",
            "authorization": f"AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=0",
        }, "application/x-amz-json-1.0")


def send(method: str, url: str, body: dict | None, headers: dict[str, str], kind: str = "application/json") -> dict:
    """One request; the answer's JSON, empty where it has none. Anything but a success fails the test."""
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data, {"content-type": kind, **headers}, method=method)
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            content = answer.read()
    except urllib.error.HTTPError as error:
        with error:
            raise AssertionError(f"{method} {url}: {error.code} {error.read()[:500]!r}") from None
    return json.loads(content) if content else {}


def eventually(what: str, attempt: Callable, seconds: float = PATIENCE_SECONDS):
    """Tries again every 200 ms until `attempt` gives something that is true, and gives that."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if outcome := attempt():
            return outcome
        time.sleep(0.2)
    raise AssertionError(f"not within {seconds} s: {what}")
