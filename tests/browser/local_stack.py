"""The deployed local stack: its HTTP API, the simulated ShopRenter, and its tables."""

import json
import os
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

from infra.local.layout import ROOT

# Well above any duration here, even on a busy machine.
TIMEOUT_SECONDS = 90


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
        """Base address of the service's pages and routes, without a trailing slash."""
        return self["api_url"]

    @property
    def shoprenter_url(self) -> str:
        """Base address of the simulated ShopRenter."""
        return self["shoprenter_url"]

    def api(self, method: str, path: str, body: dict | None = None) -> dict:
        """A call with ShopCall's bearer."""
        bearer = {"authorization": f"Bearer {self['internal_sync_secret']}"}
        return send(method, self.api_url + path, body, bearer)

    def control(self, method: str, path: str, body: dict | None = None) -> dict:
        """A call of the simulator's control interface."""
        return send(method, f"{self.shoprenter_url}/_control{path}", body, {})

    def dynamodb(self, operation: str, body: dict) -> dict:
        """A call to the tables. The local cloud checks a credential's scope, not the signature."""
        scope = f"test/20260101/{self['region']}/dynamodb/aws4_request"
        return send("POST", self["aws_endpoint"], body, {
            "x-amz-target": f"DynamoDB_20120810.{operation}",
            "authorization": f"AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=0",
        }, "application/x-amz-json-1.0")


def send(method: str, url: str, body: dict | None, headers: dict[str, str], kind: str = "application/json") -> dict:
    """Sends a request; returns the response's JSON, or an empty dict. Any error status fails the test."""
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data, {"content-type": kind, **headers}, method=method)
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            content = answer.read()
    except urllib.error.HTTPError as error:
        with error:
            raise AssertionError(f"{method} {url}: {error.code} {error.read()[:500]!r}") from None
    return json.loads(content) if content else {}


def eventually(what: str, attempt: Callable, seconds: float = TIMEOUT_SECONDS):
    """Retries every 200 ms until `attempt` returns a true value; returns that value."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if outcome := attempt():
            return outcome
        time.sleep(0.2)
    raise AssertionError(f"not within {seconds} s: {what}")
