"""What the demo's assistant is told: each function changes the shop, asks the product's own routes or
tables, and fails if what it is about is missing.
"""

import datetime
import time
import urllib.parse
from collections.abc import Callable
from dataclasses import dataclass

from infra.local.progress import Failure, step

# As Hungarians write it, and in E.164.
BUYER = ("06 20 123 4567", "+36201234567")
# As Austrians write it. In Hungary it would be somebody else's.
VIENNESE = ("0670 123 4567", "+436701234567")
PENDING, SHIPPED = 1, 3
# As the merchant types it, and as the assistant says it.
COMMENT = ("<p>Csomagszám: <b>GLS-12345</b></p>", "Csomagszám: GLS-12345")
WEBHOOK_SECONDS = 30


@dataclass(frozen=True)
class Shop:
    """The demo's shop from both sides."""

    store: str
    # A control call on the simulated shop: method, path below it, body.
    control: Callable[..., dict]
    # A call with ShopCall's bearer: method, path.
    call: Callable[[str, str], tuple[int, dict]]
    # A record's row in the Cache table: resource, id.
    row: Callable[[str, str], dict | None]

    def lookup(self, phone: str) -> dict:
        """What ShopCall learns while the telephone rings."""
        began = time.monotonic()
        status, caller = self.call("GET", f"/stores/{self.store}/lookup?{urllib.parse.urlencode({'phone': phone})}")
        step(f"{phone} calls: GET …/lookup answered {status} in {(time.monotonic() - began) * 1000:.0f} ms, "
             f"{len(caller['customers'])} customers, {len(caller['orders'])} orders")
        return caller

    def await_order(self, phone: str, number: int, is_wanted: Callable[[dict], bool]) -> dict:
        """Looks a number up until its order is as wanted."""
        deadline, order = time.monotonic() + WEBHOOK_SECONDS, None
        while time.monotonic() < deadline:
            orders = {order["inner_id"]: order for order in self.lookup(phone)["orders"]}
            order = orders.get(str(number))
            if order and is_wanted(order):
                return order
            time.sleep(1)
        raise Failure(f"the lookup does not tell order {number} as the shop has it: {order}")


def give_a_customer_the_number(shop: Shop) -> dict:
    """Gives the first customer the number that will call; returns the customer as the shop has it."""
    shop.control("PATCH", "/customers/0", {"phone": BUYER[0], "phone_e164": BUYER[1]})
    return shop.control("GET", "/customers/0/truth")


def show_the_name(shop: Shop, customer: dict) -> None:
    """A caller is known by name, said as Hungarians say it: the family name first."""
    expected = f"{customer['family']} {customer['given']}"
    names = [found["name"]["full"] for found in shop.lookup(BUYER[1])["customers"]]
    if names != [expected]:
        raise Failure(f"the caller is {expected}, the lookup says {names}")
    step(f"the caller is {expected}, family name first")


def show_the_history(shop: Shop, order: dict) -> None:
    """A buyer is told what the shop wrote to an order."""
    now = datetime.datetime.now(datetime.timezone.utc).replace(microsecond=0).isoformat()
    notes = [{"status": PENDING, "comment": "", "added": order["created"]},
             {"status": SHIPPED, "comment": COMMENT[0], "added": now}]
    shop.control("PATCH", f"/orders/{order['id']}", {"status": SHIPPED, "history": notes})
    shop.control("POST", f"/orders/{order['id']}/status", {"status": SHIPPED})
    step("the merchant sent the parcel and wrote its number to the order")
    told = shop.await_order(BUYER[1], order["inner_id"], lambda order: COMMENT[1] in comments(order))
    for entry in told["history"]:
        comment = f", “{entry['comment']}”" if "comment" in entry else ""
        step(f"history of order {told['inner_id']}: {entry['at']} {entry['status']['names']['hu']}{comment}")
    if comments(told) != [COMMENT[1], None]:
        raise Failure("the history is not the shop's, newest first")


def comments(order: dict) -> list[str | None]:
    """The comments in an order's history."""
    return [entry.get("comment") for entry in order.get("history", [])]


def show_a_foreign_buyer(shop: Shop) -> None:
    """A buyer abroad is known by a number without a country code, and the order is told in euros."""
    abroad = {"country": "AT", "postcode": "1010", "city": "Wien"}
    order = shop.control("POST", "/orders/place", {
        "phone": VIENNESE[0], "phone_e164": VIENNESE[1], "shipping": abroad, "payment": abroad,
        "currency": "EUR", "exchange": 400, "total": "20.32"})
    step(f"a buyer in Vienna placed order {order['inner_id']} and typed {VIENNESE[0]}")
    told = shop.await_order(VIENNESE[1], order["inner_id"], lambda order: "provisional" not in order)
    total = told["total_gross"]
    step(f"order {told['inner_id']}: {total['amount']} {total['currency']}, to {told['shipping']['city']}")
    if (float(total["amount"]), total["currency"]) != (20.32, "EUR"):
        raise Failure("the order is of 20.32 EUR")


def show_a_variant(shop: Shop) -> None:
    """A variant is told with its attributes, and names the product that it is a variant of."""
    truths = shop.control("GET", "/products/truths")["items"]
    truth = next(product for product in truths if product["parent"] and product["attributes"])
    products = {product["inner_id"]: product for product in shop.control("GET", "/products")["items"]}
    row = shop.row("products", truth["id"])
    if row is None or row.get("parent", {}).get("S") != products[truth["parent"]]["id"]:
        raise Failure(f"the row of product {truth['inner_id']} does not name product {truth['parent']} as its parent")
    attributes = {entry["M"]["name"]["S"]: entry["M"] for entry in row.get("attributes", {}).get("L", [])}
    told = ", ".join(f"{name}: {value_of(attribute)}" for name, attribute in attributes.items())
    step(f"product {truth['inner_id']} is a variant of product {truth['parent']}; {told}")
    if not attributes or not set(truth["attributes"]) <= set(attributes):
        raise Failure(f"the shop's attributes are {truth['attributes']}, the row has {attributes}")


def value_of(attribute: dict) -> str:
    """An attribute's value in Hungarian, or the number that it is."""
    values = attribute.get("values", {}).get("M", {})
    return values.get("hu", attribute.get("number", {})).get("S", "–")
