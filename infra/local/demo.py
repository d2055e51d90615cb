"""The story of an install, on a stack of its own: a shop of 1,000 products installs the app over real
HTTP, and its products arrive in DynamoDB. Fails unless everything did, without one 429.
"""

import secrets
import time

from infra.local import cloud, shoprenter
from infra.local.layout import StackFiles
from infra.local.progress import Failure, run, step
from infra.local.stack import down, up

SHOP = "mintabolt"
PRODUCTS = 1000
STORE = f"shoprenter:{SHOP}"
SYNC_SECONDS = 120


def main() -> None:
    """Up, the story, down."""
    if shoprenter.external_url():
        raise Failure("the demo needs the simulator: run it without SHOPRENTER_URL")
    files = StackFiles.from_environment()
    try:
        stack = up(files)
        began = time.monotonic()
        open_shop(stack)
        install(stack)
        await_run(stack)
        show_products(stack)
        check_requests(stack)
        step(f"all {PRODUCTS} products are in DynamoDB, {time.monotonic() - began:.1f} s after the install began")
    finally:
        down(files)


def open_shop(stack: dict) -> None:
    """A simulated shop, different each time."""
    shop = {"seed": secrets.randbelow(2**32), "products": PRODUCTS, "languages": ["hu", "en"]}
    shoprenter.control(stack["shoprenter_url"], "PUT", f"/_control/shops/{SHOP}", shop)
    step(f"opened the shop {SHOP}: {PRODUCTS} products in Hungarian and English, at most 3 requests a second")


def install(stack: dict) -> None:
    """The merchant installs the app: ShopRenter's calls, through the API's address."""
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


def await_run(stack: dict) -> None:
    """Waits for the first sync to end, showing how far it is."""
    deadline = time.monotonic() + SYNC_SECONDS
    shown = -1
    while time.monotonic() < deadline:
        rows = count_products(stack)
        if rows != shown:
            step(f"products in the Cache table: {rows}")
            shown = rows
        last = last_run(stack)
        if last.get("status", {}).get("S") == "failed":
            raise Failure(f"the sync failed: {last.get('reason', {}).get('S')}")
        if last.get("status", {}).get("S") == "completed":
            break
        time.sleep(0.5)
    else:
        raise Failure(f"the sync did not end within {SYNC_SECONDS} s")
    rows = count_products(stack)
    if rows != PRODUCTS:
        raise Failure(f"the Cache table has {rows} products, not {PRODUCTS}")
    counts = {name: value["N"] for name, value in last["counts"]["M"].items()}
    step(f"the run's log: {counts}, {last['requests']['N']} requests to ShopRenter in {last['duration_ms']['N']} ms")


def show_products(stack: dict) -> None:
    """A few of them."""
    for item in query(stack, "cache", "pk", f"{STORE}#products", Limit=3)["Items"]:
        texts = item["texts"]["M"]
        name = texts[min(texts, key=lambda language: language != "hu")]["M"]["name"]["S"] if texts else "(no name)"
        step(f"for instance {item.get('sku', {}).get('S', '(no article number)')}: {name}")


def check_requests(stack: dict) -> None:
    """What it cost, as ShopRenter saw it."""
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


def last_run(stack: dict) -> dict:
    """The newest run of the log; empty if there is none."""
    return next(iter(query(stack, "sync_runs", "store_id", STORE, Limit=1, ScanIndexForward=False)["Items"]), {})


def count_products(stack: dict) -> int:
    """How many products of the shop are cached."""
    pages = dynamodb(stack).get_paginator("query").paginate(**partition(stack, "cache", "pk", f"{STORE}#products"),
                                                            Select="COUNT", ConsistentRead=True)
    return sum(page["Count"] for page in pages)


def query(stack: dict, table: str, key: str, value: str, **options) -> dict:
    """One page of a partition."""
    return dynamodb(stack).query(**partition(stack, table, key, value), **options)


def partition(stack: dict, table: str, key: str, value: str) -> dict:
    """Names a partition for a query."""
    return {"TableName": stack["tables"][table], "KeyConditionExpression": "#key = :value",
            "ExpressionAttributeNames": {"#key": key}, "ExpressionAttributeValues": {":value": {"S": value}}}


def dynamodb(stack: dict):
    """A DynamoDB client."""
    return cloud.client(stack["aws_endpoint"], "dynamodb")


if __name__ == "__main__":
    run(main)
