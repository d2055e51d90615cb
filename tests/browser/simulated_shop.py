"""A shop in the simulator, and its store in the service."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager

from local_stack import Stack, eventually

RESOURCES = ("products", "orders", "customers")
SMALL = {"products": 5, "orders": 4, "customers": 3}
# These tests do not cover the rate limit, and the stack may be configured with a higher one.
UNLIMITED = {"rate": {"per_second": 1_000}}


class Shop:
    """A shop used by a single test."""

    def __init__(self, stack: Stack, label: str, config: dict):
        self.stack = stack
        self.name = f"{label}-{secrets.token_hex(4)}"
        self.store_id = f"shoprenter:{self.name}"
        self.control("PUT", "", {**SMALL, **UNLIMITED, **config})

    @property
    def admin_url(self) -> str:
        """The app's page in the shop's admin. Opening it installs the app if it is not installed."""
        return f"{self.stack.shoprenter_url}/{self.name}/admin/app/{self.stack['client_id']}"

    def control(self, method: str, path: str, body: dict | None = None) -> dict:
        """A control call on this shop."""
        return self.stack.control(method, f"/shops/{self.name}{path}", body)

    def withdraw_scopes(self, *scopes: str) -> None:
        """Takes scopes of the app away, as if the shop's owner had never granted them."""
        granted = self.control("GET", "")["config"]["scopes"]
        assert set(scopes) <= set(granted), granted
        self.control("PATCH", "", {"scopes": [scope for scope in granted if scope not in scopes]})

    def signed(self, call: str, **options) -> str:
        """The signed address of an `install`, `open` or `uninstall`, not called."""
        return self.control("POST", f"/{call}", {**options, "follow": False})["url"]

    def install(self) -> None:
        """Installs the app without a browser."""
        steps = self.control("POST", "/install", {"follow": True})["steps"]
        assert steps[-1]["status"] == 200, steps[-1]

    def install_and_sync(self) -> None:
        """Installs the app and waits for the first syncs."""
        self.install()
        self.wait_until_synced()

    @contextmanager
    def held(self, path: str, page: int | None = None) -> Iterator[None]:
        """Holds the shop's answers to requests below a path, or to one page of it, until the block ends."""
        order = {"kind": "hold", "path_prefix": path, "query": {} if page is None else {"page": str(page)}}
        fault = self.control("POST", "/faults", order)["id"]
        try:
            yield
        finally:
            self.control("DELETE", f"/faults/{fault}")

    def status(self) -> dict:
        """Response of `GET /stores/{store_id}`."""
        return self.stack.api("GET", f"/stores/{self.store_id}")

    def runs(self, resource: str) -> list[dict]:
        """The runs of a resource, newest first."""
        runs = self.stack.api("GET", f"/stores/{self.store_id}/runs?limit=100")["runs"]
        return [run for run in runs if run["resource"] == resource]

    def wait_for_runs(self, count: int, *resources: str) -> None:
        """Waits until this many runs of each resource have completed."""
        for resource in resources or RESOURCES:
            def have_ended() -> bool:
                runs = self.runs(resource)
                return len(runs) >= count and all(run["status"] == "completed" for run in runs)
            eventually(f"{count} runs of {resource} have completed", have_ended)

    def wait_until_synced(self) -> None:
        """Waits for the first run of each resource."""
        self.wait_for_runs(1)

    def rows(self, resource: str) -> int:
        """Number of the shop's records in the table."""
        answer = self.stack.dynamodb("Query", {
            "TableName": self.stack["tables"]["cache"],
            "KeyConditionExpression": "pk = :pk",
            "ExpressionAttributeValues": {":pk": {"S": f"{self.store_id}#{resource}"}},
            "Select": "COUNT", "ConsistentRead": True,
        })
        return answer["Count"]
