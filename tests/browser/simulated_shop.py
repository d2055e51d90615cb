"""A shop in the simulator, and the store that it is on our side."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager

from local_stack import Stack, eventually

RESOURCES = ("products", "orders", "customers")
SMALL = {"products": 5, "orders": 4, "customers": 3}
# No test is about the rate limit: what a stack with a higher one asks for is not refused.
UNLIMITED = {"rate": {"per_second": 1_000}}


class Shop:
    """One test's own shop."""

    def __init__(self, stack: Stack, label: str, config: dict):
        self.stack = stack
        self.name = f"{label}-{secrets.token_hex(4)}"
        self.store_id = f"shoprenter:{self.name}"
        self.control("PUT", "", {**SMALL, **UNLIMITED, **config})

    @property
    def admin_url(self) -> str:
        """The app's page in the shop's admin. Opening it installs the app where it is not installed."""
        return f"{self.stack.shoprenter_url}/{self.name}/admin/app/{self.stack['client_id']}"

    def control(self, method: str, path: str, body: dict | None = None) -> dict:
        """A control call on this shop."""
        return self.stack.control(method, f"/shops/{self.name}{path}", body)

    def signed(self, call: str, **options) -> str:
        """The signed address of an `install`, `open` or `uninstall`, not called."""
        return self.control("POST", f"/{call}", {**options, "follow": False})["url"]

    def install(self) -> None:
        """Installs the app without a browser."""
        steps = self.control("POST", "/install", {"follow": True})["steps"]
        assert steps[-1]["status"] == 200, steps[-1]

    def install_and_sync(self) -> None:
        """The same, and the first syncs have completed."""
        self.install()
        self.wait_until_synced()

    @contextmanager
    def held(self, path: str, page: int | None = None) -> Iterator[None]:
        """Until the block ends, the shop answers no request below a path, or none for that page of it."""
        order = {"kind": "hold", "path_prefix": path, "query": {} if page is None else {"page": str(page)}}
        fault = self.control("POST", "/faults", order)["id"]
        try:
            yield
        finally:
            self.control("DELETE", f"/faults/{fault}")

    def status(self) -> dict:
        """What `GET /stores/{store_id}` tells."""
        return self.stack.api("GET", f"/stores/{self.store_id}")

    def runs(self, resource: str) -> list[dict]:
        """The runs of a resource, newest first."""
        runs = self.stack.api("GET", f"/stores/{self.store_id}/runs?limit=100")["runs"]
        return [run for run in runs if run["resource"] == resource]

    def wait_for_runs(self, count: int, *resources: str) -> None:
        """Waits until so many runs of each resource have ended well."""
        for resource in resources or RESOURCES:
            def have_ended() -> bool:
                runs = self.runs(resource)
                return len(runs) >= count and all(run["status"] == "completed" for run in runs)
            eventually(f"{count} runs of {resource} have completed", have_ended)

    def wait_until_synced(self) -> None:
        """Waits for the first run of each resource."""
        self.wait_for_runs(1)

    def rows(self, resource: str) -> int:
        """How many of its records are in the table."""
        answer = self.stack.dynamodb("Query", {
            "TableName": self.stack["tables"]["cache"],
            "KeyConditionExpression": "pk = :pk",
            "ExpressionAttributeValues": {":pk": {"S": f"{self.store_id}#{resource}"}},
            "Select": "COUNT", "ConsistentRead": True,
        })
        return answer["Count"]
