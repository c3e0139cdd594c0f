"""Sells the books of a CSV on a running marketplace, and buys some of them.

    marketplace demo                      # in another terminal
    python examples/sell_and_buy_books.py --demo marketplace-data/demo.json books.csv

A seller lists the books, an administrator adds missing categories and approves what was
submitted, a buyer orders; then everything is read again and compared. Running it twice within 24
hours changes nothing: every POST repeats its Idempotency-Key. Later the books are found to be
listed, and the orders are placed once more.
"""

import argparse
import json
import sys
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path

from api_client import Json, Refused
from books_csv import RULES, Refusal, read_books
from bookshop import Listing, Orders, Shop, buy, sell

ROLES = ("admin", "seller", "buyer")


def verify(shop: Shop, listings: Sequence[Listing], orders: Orders) -> Iterator[str]:
    """Read everything again, each as who may see it, and tell what is not as it should be."""
    for listing in listings:
        yield from _verify_listing(shop, listing)
    sums: dict[str, int] = defaultdict(int)
    mine = {item["id"] for item in shop.buyer.pages("/orders")}
    parts = {
        item["orderId"]: item for item in shop.seller.pages(f"/sellers/{shop.seller_id}/orders")
    }
    for answered, basket in orders:
        number = answered["number"]
        order = shop.buyer.get(f"/orders/{number}")
        sums["answered"] += answered["total"]["amount"]
        sums["read"] += order["total"]["amount"]
        bought = sorted((listing.book.sku, listing.price["amount"]) for listing in basket)
        lines = [line for part in order["sellerOrders"] for line in part["lines"]]
        if sorted((line["sku"], line["unitPrice"]["amount"]) for line in lines) != bought:
            yield f"{number}: other lines than were ordered"
        if order["subtotal"]["amount"] != sum(price for _, price in bought):
            yield f"{number}: its subtotal is not the sum of its lines"
        if (order["status"], order["paymentStatus"]) != ("placed", "paid"):
            yield f"{number}: {order['status']}, {order['paymentStatus']}"
        if order["id"] not in mine:
            yield f"{number}: not among the buyer's orders"
        if order["id"] not in parts:
            yield f"{number}: not among the seller's orders"
        else:
            sums["sellers'"] += parts[order["id"]]["total"]["amount"]
    if len(set(sums.values())) > 1:
        yield f"the totals differ: {dict(sums)}"


def _verify_listing(shop: Shop, listing: Listing) -> Iterator[str]:
    book = listing.book
    try:
        product = shop.public.get(f"/products/{listing.product_id}")
    except Refused as refused:
        yield f"{book.sku}: {refused}"
        return
    variant = product["variants"][0]
    offer = next(item for item in variant["offers"] if item["id"] == listing.offer_id)
    wanted = {
        "status": "published",
        "name": book.title,
        "description": book.description,
        "category": shop.category(book.category),
        "barcode": book.barcode,
        "price": listing.price,
    }
    found = {
        **product,
        **offer,
        "category": product["category"]["id"],
        "barcode": variant["barcode"],
        "status": product["status"],
    }
    for name, value in wanted.items():
        if found[name] != value:
            yield f"{book.sku}: {name} is {found[name]!r}, not {value!r}"


def units_left(shop: Shop, listings: Sequence[Listing]) -> int:
    return sum(
        offer["available"]
        for listing in listings
        for variant in shop.public.get(f"/products/{listing.product_id}")["variants"]
        for offer in variant["offers"]
        if offer["id"] == listing.offer_id
    )


def tell_rows(shop: Shop, listings: Sequence[Listing], refused: Sequence[Refusal]) -> None:
    before = sum(not listing.listed for listing in listings)
    print(f"rows: {len(listings) + len(refused)}")
    print(f"listed: {len(listings)}" + (f" ({before} of them before)" if before else ""))
    cleaned: dict[str, list[int]] = defaultdict(list)
    for listing in listings:
        for what in listing.book.cleaned:
            cleaned[what].append(listing.book.line)
    for what, lines in sorted(cleaned.items()):
        shown = ", ".join(map(str, lines[:8])) + (", ..." if len(lines) > 8 else "")
        print(f"  cleaned, {what}: {len(lines)} (line {shown})")
    tell_refusals("rows refused", refused)
    print(f"categories added: {len(shop.categories_made)}")
    for name in shop.categories_made:
        print(f"  {name}")


def tell_orders(shop: Shop, orders: Orders, refused: Sequence[Refusal]) -> None:
    bought = sum(len(basket) for _, basket in orders)
    totals: dict[str, int] = defaultdict(int)
    for order, _ in orders:
        totals[order["total"]["currency"]] += order["total"]["amount"]
    print(f"orders: {len(orders)}, of {bought} books")
    tell_refusals("orders refused", refused)
    for amount in totals.values():
        print(f"total: {shop.shown(amount)}")


def tell_refusals(title: str, refusals: Sequence[Refusal]) -> None:
    print(f"{title}: {len(refusals)}")
    by_reason: dict[str, list[Refusal]] = defaultdict(list)
    for refusal in refusals:
        by_reason[refusal.reason].append(refusal)
    for reason, those in sorted(by_reason.items()):
        print(f"  {reason}: {len(those)}")
        for refusal in those:
            detail = f": {refusal.detail}" if refusal.detail else ""
            print(f"    line {refusal.line}, {refusal.what}{detail}")


def arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("csv", type=Path, help="the books")
    parser.add_argument("--demo", type=Path, help="demo.json: the address and all logins")
    parser.add_argument("--base-url", help="the marketplace, such as http://127.0.0.1:8000")
    for role in ROLES:
        parser.add_argument(f"--{role}", metavar="LOGIN:PASSWORD")
    parser.add_argument("--currency", default="EUR", help="of the prices (default: EUR)")
    parser.add_argument("--books", type=int, default=50, help="how many to buy (default: 50)")
    parser.add_argument("--basket", type=int, default=1, help="books an order (default: 1)")
    parser.add_argument(
        "--patience", type=float, default=20.0, help="seconds to wait for a server in trouble"
    )
    found = parser.parse_args(argv)
    demo: Json = json.loads(found.demo.read_text("utf-8")) if found.demo else {"users": {}}
    found.base_url = found.base_url or demo.get("baseUrl")
    found.users = {}
    for role in ROLES:
        if given := getattr(found, role):
            login, _, password = given.partition(":")
        else:
            known = demo["users"].get(role, {})
            login, password = known.get("login"), known.get("password")
        if not login or not password:
            parser.error(f"who is the {role}? Give --demo or --{role}")
        found.users[role] = login, password
    if not found.base_url:
        parser.error("where is the marketplace? Give --demo or --base-url")
    if found.books < 0 or found.basket < 1:
        parser.error("--books is at least 0, --basket at least 1")
    return found


def main(argv: Sequence[str] | None = None) -> int:
    given = arguments(argv)
    print(RULES)
    try:
        shop = Shop((given.base_url, given.patience), given.users, given.currency)
        listings, refused = sell(shop, read_books(given.csv))
        tell_rows(shop, listings, refused)
        orders, declined = buy(shop, listings, books=given.books, basket=given.basket)
        tell_orders(shop, orders, declined)
        faults = list(verify(shop, listings, orders))
        left = units_left(shop, listings)
    except (Refused, ValueError, OSError) as error:
        print(f"gave up: {error}", file=sys.stderr)
        return 2
    print(f"answers replayed from an earlier run: {shop.replayed()}")
    stocked = sum(listing.book.stock for listing in listings)
    bought = sum(len(basket) for _, basket in orders)
    print(f"units: {stocked} listed, {bought} bought, {left} left", end="")
    # Others may have bought, or this script a day ago; there can never be more left than that.
    print("" if left == stocked - bought else f" ({stocked - bought} expected)")
    if left > stocked - bought:
        faults.append("there are more units left than there can be")
    print(f"read again: {len(listings)} products, {len(orders)} orders, {len(faults)} faults")
    for fault in faults:
        print(f"  {fault}")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
