"""Demonstrates an install on a stack of its own: a shop of 1,000 products installs the app over real
HTTP, and its products, orders and customers arrive in DynamoDB. Then the shop changes, and the
schedule, which fires every minute here, brings the table up to date by itself; then it changes
again, and a sync that is asked for does. A buyer orders, the webhook brings the order within
seconds, and the buyer is known when calling: by name, with the order's history; so is a buyer from
abroad who orders in euros. Fails unless just the changes were written, without one 429.
"""

import functools
import json
import secrets
import time
import urllib.request

from infra.local import callers, cloud, shoprenter
from infra.local.layout import StackFiles
from infra.local.progress import Failure, run, step
from infra.local.stack import down, up

SHOP = "mintabolt"
COUNTS = {"products": 1000, "orders": 300, "customers": 200}
STORE = f"shoprenter:{SHOP}"
SYNC_SECONDS = 120
SCHEDULE = "rate(1 minute)"
WEBHOOK_SECONDS = 30
PROCESSING = 2


def main() -> None:
    """Starts the stack, runs the demo, and stops the stack."""
    if shoprenter.external_url():
        raise Failure("the demo needs the simulator: run it without SHOPRENTER_URL")
    files = StackFiles.from_environment()
    try:
        stack = up(files, {"ScheduleExpression": SCHEDULE})
        began = time.monotonic()
        open_shop(stack)
        customer = callers.give_a_customer_the_number(seen(stack))
        install(stack)
        for resource in COUNTS:
            await_run(stack, resource)
        step(f"everything is in DynamoDB, {time.monotonic() - began:.1f} s after the install began")
        show_products(stack)
        show_order(stack)
        callers.show_a_variant(seen(stack))
        order = let_a_buyer_order(stack)
        callers.show_the_name(seen(stack), customer)
        callers.show_the_history(seen(stack), order)
        callers.show_a_foreign_buyer(seen(stack))
        COUNTS["orders"] += 1
        let_the_schedule_sync(stack)
        ask_for_a_sync(stack)
        show_log(stack)
        check_requests(stack)
    finally:
        down(files)


def open_shop(stack: dict) -> None:
    """A simulated shop, different each time."""
    shop = {"seed": secrets.randbelow(2**32), "languages": ["hu", "en"], **COUNTS}
    shoprenter.control(stack["shoprenter_url"], "PUT", f"/_control/shops/{SHOP}", shop)
    sizes = ", ".join(f"{count} {resource}" for resource, count in COUNTS.items())
    step(f"opened the shop {SHOP}: {sizes}, in Hungarian and English, at most 3 requests a second")


def seen(stack: dict) -> callers.Shop:
    """The shop from both sides."""
    def control(method: str, path: str, body: dict | None = None) -> dict:
        return shoprenter.control(stack["shoprenter_url"], method, f"/_control/shops/{SHOP}{path}", body)
    return callers.Shop(STORE, control, functools.partial(call, stack), functools.partial(row, stack))


def install(stack: dict) -> None:
    """Installs the app as a merchant: ShopRenter's calls, through the API's address."""
    story = shoprenter.control(stack["shoprenter_url"], "POST", f"/_control/shops/{SHOP}/install", {"follow": True})
    for visit in story["steps"]:
        path = visit["url"].partition("?")[0].removeprefix(stack["api_url"]).removeprefix(stack["shoprenter_url"])
        onward = visit["headers"].get("location", "").partition("?")[0]
        arrow = f", sends the browser to {onward}" if onward else ""
        step(f"install: {path} answered {visit['status']} in {visit['elapsed_ms']} ms{arrow}")
    if not story["steps"] or story["steps"][-1]["status"] != 200:
        raise Failure("the install did not end on a page")
    state = store_row(stack).get("state", {}).get("S")
    if state != "active":
        raise Failure(f"after the install the store is {state}, not active")
    step(f"the store {STORE} is active")


def await_run(stack: dict, resource: str, after: str = "") -> dict:
    """Waits for a run of a resource other than `after` to end, showing its progress; returns its log entry."""
    deadline = time.monotonic() + SYNC_SECONDS
    shown = -1
    while time.monotonic() < deadline:
        run_log = last_run(stack, resource)
        if run_log and run_log["run_id"]["S"] != after:
            written = int(run_log["counts"]["M"]["written"]["N"])
            if run_log["status"]["S"] == "failed":
                raise Failure(f"the sync of {resource} failed: {run_log['reason']['S']}")
            if run_log["status"]["S"] == "completed":
                return report(stack, resource, run_log)
            if written != shown:
                step(f"{resource}: {written} rows written so far")
                shown = written
        time.sleep(0.5)
    raise Failure(f"the sync of {resource} did not end within {SYNC_SECONDS} s")


def report(stack: dict, resource: str, run_log: dict) -> dict:
    """Prints a run's result, and checks that the table equals the shop."""
    counts = ", ".join(f"{value['N']} {name}" for name, value in run_log["counts"]["M"].items() if value["N"] != "0")
    step(f"{resource}: {counts}; {run_log['requests']['N']} requests to ShopRenter "
         f"in {int(run_log['duration_ms']['N']) / 1000:.1f} s")
    rows = count_rows(stack, resource)
    if rows != COUNTS[resource]:
        raise Failure(f"the Cache table has {rows} {resource}, not {COUNTS[resource]}")
    return run_log


def show_products(stack: dict) -> None:
    """Prints a few products."""
    for item in query(stack, "cache", "pk", f"{STORE}#products", Limit=3)["Items"]:
        texts = item["texts"]["M"]
        name = texts[min(texts, key=lambda language: language != "hu")]["M"]["name"]["S"] if texts else "(no name)"
        step(f"for instance {item.get('sku', {}).get('S', '(no article number)')}: {name}")


def show_order(stack: dict) -> None:
    """Prints an order with its status name."""
    order = query(stack, "cache", "pk", f"{STORE}#orders", Limit=1)["Items"][0]
    names = order.get("status", {}).get("M", {}).get("names", {}).get("M", {})
    status = names.get("hu", {}).get("S", "(an abandoned cart)")
    total = order["total_gross"]["M"]
    step(f"for instance order {order['inner_id']['S']}: {status}, {total['amount']['S']} {total['currency']['S']}")


def let_a_buyer_order(stack: dict) -> dict:
    """Places an order and changes its status; ShopRenter sends a webhook for each. Returns the
    order as the shop has it."""
    orders = f"/_control/shops/{SHOP}/orders"
    typed, phone = callers.BUYER
    order = shoprenter.control(stack["shoprenter_url"], "POST", f"{orders}/place",
                               {"phone": typed, "phone_e164": phone})
    COUNTS["orders"] += 1
    step(f"a buyer placed order {order['inner_id']}")
    await_status(stack, order["id"], before=None)
    placed = status_of(stack, order["id"])
    shoprenter.control(stack["shoprenter_url"], "POST", f"{orders}/{order['id']}/status", {"status": PROCESSING})
    step("the merchant changed its status")
    await_status(stack, order["id"], before=placed)
    return order


def await_status(stack: dict, order_id: str, before: str | None) -> None:
    """Waits for an order to have a status other than `before`, and prints the duration."""
    began = time.monotonic()
    while time.monotonic() - began < WEBHOOK_SECONDS:
        status = status_of(stack, order_id)
        if status not in (None, before):
            step(f"in DynamoDB after {time.monotonic() - began:.2f} s, by webhook: {status}")
            return
        time.sleep(0.02)
    raise Failure(f"no webhook brought the order within {WEBHOOK_SECONDS} s")


def status_of(stack: dict, order_id: str) -> str | None:
    """An order's status name, and whether it was read back from the shop; none without a row."""
    found = row(stack, "orders", order_id)
    if found is None:
        return None
    names = found.get("status", {}).get("M", {}).get("names", {}).get("M", {})
    return names.get("hu", {}).get("S", "(no status)") + (", provisional" if "provisional" in found else "")


def row(stack: dict, resource: str, record_id: str) -> dict | None:
    """A record's row, if it exists."""
    key = {"pk": {"S": f"{STORE}#{resource}"}, "id": {"S": record_id}}
    return dynamodb(stack).get_item(TableName=stack["tables"]["cache"], Key=key, ConsistentRead=True).get("Item")


def let_the_schedule_sync(stack: dict) -> None:
    """Changes the shop and waits for the schedule to find the store due."""
    configure(stack, enabled=False, frequency="daily")
    before = {resource: last_run(stack, resource)["run_id"]["S"] for resource in COUNTS}
    churn(stack, "products", update=7, delete=3)
    churn(stack, "orders", update=2)
    COUNTS["products"] -= 3
    step("the shop changed the prices of 7 products, deleted 3, and went on with 2 orders")
    configure(stack, enabled=True, frequency="daily")
    step(f"waiting for the schedule to fire ({SCHEDULE} in this demo, every 15 minutes elsewhere)")
    began = time.monotonic()
    runs = {resource: await_run(stack, resource, after=before[resource]) for resource in COUNTS}
    step(f"the schedule fired, and all three runs were completed after {time.monotonic() - began:.0f} s")
    expect(runs["products"], "products", written=7, deleted=3)
    expect(runs["orders"], "orders", written=2, deleted=0)
    expect(runs["customers"], "customers", written=0, deleted=0)


def ask_for_a_sync(stack: dict) -> None:
    """Changes the shop again and requests a sync of everything; only the changes are written."""
    before = {resource: last_run(stack, resource)["run_id"]["S"] for resource in COUNTS}
    churn(stack, "products", update=5)
    step("the shop changed the prices of 5 more products")
    status, answer = call(stack, "POST", "/sync", {"store_id": STORE, "mode": "incremental"})
    step(f"POST /sync answered {status}: {json.dumps(answer)}")
    runs = {resource: await_run(stack, resource, after=before[resource]) for resource in COUNTS}
    expect(runs["products"], "products", written=5, deleted=0)


def show_log(stack: dict) -> None:
    """Prints the store's status and runs as ShopCall gets them."""
    _, store = call(stack, "GET", f"/stores/{STORE}")
    step(f"GET /stores/{STORE}: {store['state']}, synchronised {store['sync']['frequency']}, "
         f"next at {store['next_sync_at']}")
    _, log = call(stack, "GET", f"/stores/{STORE}/runs?limit=3")
    for entry in log["runs"]:
        step(f"run: {entry['resource']}, {entry['mode']}, {entry['status']} after {entry['duration_ms']} ms")


def configure(stack: dict, **config) -> None:
    """Sets the sync configuration, as ShopCall does for the merchant."""
    status, answer = call(stack, "PUT", f"/stores/{STORE}/sync-config", config)
    step(f"PUT sync-config {json.dumps(config)} answered {status}: next sync at {answer['next_sync_at']}")


def churn(stack: dict, resource: str, **changes) -> None:
    """Changes this many records at random."""
    changes["seed"] = secrets.randbelow(2**32)
    shoprenter.control(stack["shoprenter_url"], "POST", f"/_control/shops/{SHOP}/{resource}/churn", changes)


def expect(run_log: dict, resource: str, **expected: int) -> None:
    """Fails unless the run has exactly these counts."""
    counts = {name: int(value["N"]) for name, value in run_log["counts"]["M"].items()}
    for name, count in expected.items():
        if counts[name] != count:
            raise Failure(f"the sync of {resource} has {counts[name]} {name}, not {count}")


def call(stack: dict, method: str, path: str, body: dict | None = None) -> tuple[int, dict]:
    """A call with ShopCall's bearer secret."""
    request = urllib.request.Request(
        stack["api_url"] + path, method=method, data=None if body is None else json.dumps(body).encode(),
        headers={"Content-Type": "application/json", "Authorization": f"Bearer {stack['internal_sync_secret']}"})
    with urllib.request.urlopen(request, timeout=30) as answer:
        return answer.status, json.loads(answer.read())


def check_requests(stack: dict) -> None:
    """Prints the requests that ShopRenter received."""
    stats = shoprenter.control(stack["shoprenter_url"], "GET", f"/_control/shops/{SHOP}/stats")
    for kind, statuses in stats["requests"].items():
        step(f"ShopRenter saw {kind}: " + ", ".join(f"{count} × {status}" for status, count in statuses.items()))
    step(f"ShopRenter saw {stats['total']} requests in all, at most {stats['peak_per_second']} in a second, "
         f"{stats['rate_limited']} over the limit (429)")
    if stats["rate_limited"]:
        raise Failure("ShopRenter's rate limit was exceeded")


def store_row(stack: dict) -> dict:
    """The store's own row."""
    key = {"store_id": {"S": STORE}, "kind": {"S": "store"}}
    return dynamodb(stack).get_item(TableName=stack["tables"]["stores"], Key=key, ConsistentRead=True).get("Item", {})


def last_run(stack: dict, resource: str) -> dict:
    """The newest run of a resource in the log; empty if there is none."""
    runs = query(stack, "sync_runs", "store_id", STORE, ScanIndexForward=False)["Items"]
    return next((entry for entry in runs if entry["resource"]["S"] == resource), {})


def count_rows(stack: dict, resource: str) -> int:
    """Number of cached records of a resource."""
    pages = dynamodb(stack).get_paginator("query").paginate(**partition(stack, "cache", "pk", f"{STORE}#{resource}"),
                                                            Select="COUNT", ConsistentRead=True)
    return sum(page["Count"] for page in pages)


def query(stack: dict, table: str, key: str, value: str, **options) -> dict:
    """One page of a partition."""
    return dynamodb(stack).query(**partition(stack, table, key, value), **options)


def partition(stack: dict, table: str, key: str, value: str) -> dict:
    """Query parameters for a partition."""
    return {"TableName": stack["tables"][table], "KeyConditionExpression": "#key = :value",
            "ExpressionAttributeNames": {"#key": key}, "ExpressionAttributeValues": {":value": {"S": value}}}


def dynamodb(stack: dict):
    """A DynamoDB client."""
    return cloud.client(stack["aws_endpoint"], "dynamodb")


if __name__ == "__main__":
    run(main)
