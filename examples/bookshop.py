"""What the seller, the administrator and the buyer do with books, over HTTP."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from api_client import Client, Json, Refused
from books_csv import Book, Refusal

ADDRESS = {
    "name": "Bea Buyer",
    "line1": "Unter den Linden 1",
    "city": "Berlin",
    "postalCode": "10117",
    "country": "DE",
}
PAYMENT = {"method": "sandbox", "token": "tok_ok"}


@dataclass(frozen=True)
class Listing:
    """A book, and the product and offer that it has become. `listed` is false if it was before."""

    book: Book
    product_id: str
    offer_id: str
    price: Json
    listed: bool


Orders = list[tuple[Json, Sequence[Listing]]]
"""Each order as it was answered, with what was put into it."""

Server = tuple[str, float]
"""Its address, and how many seconds it is given to answer."""


class Shop:
    """The marketplace, as its administrator, one of its sellers and a buyer see it."""

    def __init__(self, server: Server, users: dict[str, tuple[str, str]], currency: str) -> None:
        self.public = Client(*server)
        self.admin, self.seller, self.buyer = (
            Client(*server).sign_in(*users[role]) for role in ("admin", "seller", "buyer")
        )
        self.currency = currency
        known = {item["code"]: item["exponent"] for item in self.public.get("/meta")["currencies"]}
        if currency not in known:
            raise ValueError(f"the marketplace does not know the currency {currency}")
        self.exponent = known[currency]
        sellers = self.seller.get("/users/me")["sellers"]
        if len(sellers) != 1:
            raise ValueError(f"the seller's account belongs to {len(sellers)} sellers, not to one")
        self.seller_id = sellers[0]["id"]
        self._categories: dict[tuple[str, ...], str] = {}
        self._products: dict[str, Json] | None = None
        self.categories_made: list[str] = []
        self._read_categories()

    def category(self, path: Sequence[str]) -> str:
        """The id of a category by the names from the root on; what is missing is made."""
        parent = None
        for depth in range(1, len(path) + 1):
            place = _folded(path[:depth])
            if place not in self._categories:
                made = self.admin.post("/categories", {"name": path[depth - 1], "parentId": parent})
                self._categories[place] = made["id"]
                self.categories_made.append(" > ".join(path[:depth]))
            parent = self._categories[place]
        if parent is None:
            raise ValueError("a path has at least one name")
        return parent

    def list_book(self, book: Book) -> Listing:
        """Describe, submit and approve. Raises Refused."""
        price = {"amount": self.minor_units(book.price), "currency": self.currency}
        variant = {"sku": book.sku, "price": price, "onHand": book.stock}
        if book.barcode:
            variant["barcode"] = book.barcode
        body = {
            "name": book.title,
            "description": book.description,
            "categoryId": self.category(book.category),
            "sellerId": self.seller_id,
            "tags": [book.kind] if book.kind else [],
            "variants": [variant],
        }
        listed = True
        try:
            product = self.seller.post("/products", body)
        except Refused as refused:
            if refused.code != "sku_taken":
                raise
            product, listed = self._product_with(book.sku), False
        product = self._publish(product)
        (offer,) = (
            offer
            for variant in product["variants"]
            for offer in variant["offers"]
            if offer["sku"] == book.sku and offer["seller"]["id"] == self.seller_id
        )
        return Listing(book, product["id"], offer["id"], price, listed)

    def order(self, basket: Sequence[Listing]) -> Json:
        """Buy one of each. Raises Refused."""
        items = [{"offerId": listing.offer_id, "quantity": 1} for listing in basket]
        body = {"items": items, "shippingAddress": ADDRESS, "payment": PAYMENT}
        return self.buyer.post("/orders", body)

    def minor_units(self, price: Decimal) -> int:
        amount = price.scaleb(self.exponent)
        if amount != int(amount):
            problem = {"code": "price", "detail": f"{price} has too many decimals", "errors": []}
            raise Refused(0, problem)
        return int(amount)

    def shown(self, amount: int) -> str:
        return f"{Decimal(amount).scaleb(-self.exponent)} {self.currency}"

    def replayed(self) -> int:
        return self.admin.replayed + self.seller.replayed + self.buyer.replayed

    def _publish(self, product: Json) -> Json:
        path = f"/products/{product['id']}"
        steps = {"draft": (self.seller, "submit"), "pending": (self.admin, "approve")}
        while step := steps.pop(product["status"], None):
            client, action = step
            try:
                product = client.post(f"{path}/{action}")
            except Refused as refused:
                # Its key has run out since, and what it asked for has long been done.
                if refused.code != "invalid_transition":
                    raise
                product = self.seller.get(path)
        return product

    def _product_with(self, sku: str) -> Json:
        """A product of the seller by a sku; the list does not tell it, so each is read once."""
        if self._products is None:
            self._products = {}
            for item in self.seller.pages(f"/sellers/{self.seller_id}/products"):
                product = self.seller.get(f"/products/{item['id']}")
                for variant in product["variants"]:
                    for offer in variant["offers"]:
                        if offer["seller"]["id"] == self.seller_id:
                            self._products[offer["sku"]] = product
        return self._products[sku]

    def _read_categories(self) -> None:
        paths: dict[str, tuple[str, ...]] = {}
        # In tree order: parents come before their children.
        for item in self.public.get("/categories"):
            above = paths[item["parentId"]] if item["parentId"] else ()
            paths[item["id"]] = (*above, item["name"])
            self._categories[_folded(paths[item["id"]])] = item["id"]


def _folded(path: Iterable[str]) -> tuple[str, ...]:
    return tuple(name.casefold() for name in path)


def sell(shop: Shop, rows: Iterable[Book | Refusal]) -> tuple[list[Listing], list[Refusal]]:
    listings: list[Listing] = []
    refusals: list[Refusal] = []
    for row in rows:
        if isinstance(row, Refusal):
            refusals.append(row)
            continue
        try:
            listings.append(shop.list_book(row))
        except Refused as refused:
            what = f"{row.sku} {row.title[:40]!r}"
            refusals.append(Refusal(row.line, what, refused.code, refused.detail))
    return listings, refusals


def buy(
    shop: Shop, listings: Sequence[Listing], *, books: int, basket: int
) -> tuple[Orders, list[Refusal]]:
    """Order the first so many books that are in stock according to the file."""
    chosen = [listing for listing in listings if listing.book.stock > 0][:books]
    orders: Orders = []
    refusals: list[Refusal] = []
    for start in range(0, len(chosen), basket):
        part = chosen[start : start + basket]
        try:
            orders.append((shop.order(part), part))
        except Refused as refused:
            what = ", ".join(listing.book.sku for listing in part)
            refusals.append(Refusal(part[0].book.line, what, refused.code, refused.detail))
    return orders, refusals
