"""What a customer's program does with the generated client; the shopper comes as JSON in argv."""

import json
import sys

from marketplace_client import AuthenticatedClient, Client
from marketplace_client.api.auth import sign_in
from marketplace_client.api.orders import get_order, list_orders, place_order
from marketplace_client.api.products import get_product, list_products
from marketplace_client.models import (
    AddressInput,
    AddressInputCountry,
    Credentials,
    OrderInput,
    OrderItem,
    PaymentInput,
    Problem,
)
from marketplace_client.types import UNSET


def main(base_url: str, login: str, password: str, key: str) -> dict[str, object]:
    pair = sign_in.sync(
        client=Client(base_url=base_url), body=Credentials(login=login, password=password)
    )
    client = AuthenticatedClient(base_url=base_url, token=pair.result.access)

    seen: list[str] = []
    pages, cursor = 0, UNSET
    while cursor is not None and pages < 3:
        page = list_products.sync(client=client, limit=2, cursor=cursor)
        seen += [product.slug for product in page.result]
        pages, cursor = pages + 1, page.page.next_

    product = get_product.sync(seen[0], client=client).result
    order = OrderInput(
        items=[OrderItem(offer_id=product.variants[0].offers[0].id, quantity=1)],
        shipping_address=AddressInput(
            name="Ada Lovelace",
            line1="Unter den Linden 1",
            city="Berlin",
            postal_code="10117",
            country=AddressInputCountry("DE"),
        ),
        payment=PaymentInput(method="sandbox", token="tok_ok"),
    )
    placed = place_order.sync_detailed(client=client, body=order, idempotency_key=key)
    again = place_order.sync_detailed(client=client, body=order, idempotency_key=key)
    found = get_order.sync(placed.parsed.result.number, client=client).result
    mine = list_orders.sync(client=client).result
    refused = get_order.sync("ORD-1999-000001", client=client)
    if not isinstance(refused, Problem):
        raise SystemExit("an order that was never placed was found")
    return {
        "seen": seen,
        "pages": pages,
        "number": found.number,
        "paymentStatus": found.payment_status,
        "total": found.total.amount,
        "location": placed.headers["Location"],
        "replayed": again.headers.get("Idempotent-Replayed"),
        "sameBytes": again.content == placed.content,
        "orders": [order.number for order in mine],
        "refusal": refused.code,
    }


if __name__ == "__main__":
    json.dump(main(**json.loads(sys.argv[1])), sys.stdout)
