"""How many SQL statements a request costs, BEGIN and COMMIT apart. A change here is a decision."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import Engine, event

from marketplace.domain.shared.ids import ImportId
from marketplace.main import Parts
from tests.api import ADDRESS, BASE, Api, Shop
from tests.integration.conftest import settings_for


@contextmanager
def counted() -> Iterator[list[str]]:
    """The statements that any engine sends while the block runs."""
    seen: list[str] = []

    def note(*arguments: Any) -> None:
        _, _, statement, parameters, _, executemany = arguments
        # psycopg2 sends one statement for each set of parameters, unless they were put into one.
        several = executemany and isinstance(parameters, list)
        seen.extend([statement] * (len(parameters) if several else 1))

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(Engine, "before_cursor_execute", note)


@pytest.fixture(scope="module")
def products(shop: Shop) -> list[dict[str, Any]]:
    return [shop.publish(f"count-{number}", variants=10) for number in range(3)]


@pytest.fixture(scope="module")
def order(shop: Shop, products: list[dict[str, Any]]) -> dict[str, Any]:
    placed: dict[str, Any] = shop.customer.order((shop.offers(products[0])[0], 2)).json()["result"]
    return placed


@pytest.fixture(scope="module")
def shipment_id(shop: Shop, order: dict[str, Any]) -> str:
    """One of two, of which carriers told."""
    path = f"/seller-orders/{order['sellerOrders'][0]['id']}/shipments"
    lines = [{"lineId": order["sellerOrders"][0]["lines"][0]["id"], "quantity": 1}]
    told = {"status": "inTransit", "occurredAt": "2026-01-01T00:00:00Z"}
    made: list[str] = []
    for _ in range(2):
        shipment = shop.seller.result(
            "POST", path, {"carrier": "DHL", "lines": lines}, key=str(uuid.uuid4())
        )
        made.append(shipment["id"])
        shop.seller.result("POST", f"/shipments/{shipment['id']}/events", told)
    return made[-1]


@pytest.fixture(scope="module")
def import_id(shop: Shop) -> str:
    requested: str = shop.seller.http.post(
        f"{BASE}/imports",
        data={"currency": "EUR"},
        files={"file": ("a.csv", b"Handle,Title\n", "text/csv")},
        headers={"Authorization": f"Bearer {shop.seller.token}"},
    ).json()["result"]["id"]
    return requested


@pytest.fixture(scope="module")
def method_id(shop: Shop) -> str:
    created: str = shop.seller.result(
        "POST",
        f"/sellers/{shop.seller_id}/shipping-methods",
        {"name": "Parcel", "price": {"amount": 490, "currency": "EUR"}},
    )["id"]
    return created


# Behind a token one statement finds the actor.
READS = [
    ("anonymous", "/meta", 0),
    ("anonymous", "/products", 1),
    ("anonymous", "/products?category={category}&seller={seller}&limit=2", 1),
    ("anonymous", "/products?q=product", 1),
    ("anonymous", "/products?q=product&attr=size:1&inStock=true&sort=-price", 1),
    ("anonymous", "/products?sort=-price&currency=EUR", 1),
    ("anonymous", "/products?q=product&category={category}&include=facets", 1),
    ("anonymous", "/products?include=facets,total", 3),
    ("anonymous", "/search/suggestions?q=prod", 1),
    ("anonymous", "/products/{product}", 1),
    ("anonymous", "/products/{slug}", 1),
    ("anonymous", "/variants/{variant}", 1),
    ("anonymous", "/categories", 1),
    ("anonymous", "/categories/{category}", 1),
    ("anonymous", "/sellers", 1),
    ("anonymous", "/sellers/{seller}", 1),
    ("seller", "/imports/{import_id}", 2),
    ("customer", "/users/me", 2),
    ("customer", "/users/me/addresses", 2),
    ("customer", "/cart", 2),
    ("customer", "/orders", 2),
    ("customer", "/orders/{order}", 2),
    ("seller", "/sellers/{seller}/products", 2),
    ("seller", "/sellers/{seller}/offers", 2),
    ("seller", "/offers/{offer}", 2),
    ("seller", "/offers/{offer}/stock-movements", 3),
    ("seller", "/sellers/{seller}/orders", 2),
    ("seller", "/seller-orders/{part}", 2),
    ("seller", "/shipments/{shipment}", 2),
    ("customer", "/shipments/{shipment}", 2),
    ("seller", "/shipments/{shipment}/packing-slip", 2),
    ("seller", "/sellers/{seller}/members", 2),
    ("seller", "/sellers/{seller}/shipping-methods", 2),
    ("seller", "/analytics/products/{product}/orders", 2),
    ("seller", "/analytics/products/{product}/orders?from=2026-01-01T10:30:00Z", 2),
    ("admin", "/analytics/products/{slug}/orders", 2),
    ("seller", "/analytics/products/{product}/shipping?status=inProgress", 2),
    ("admin", "/analytics/products/{product}/shipping", 2),
    # What is now, then the series.
    ("seller", "/analytics/sales", 3),
    ("admin", "/analytics/sales?interval=hour", 3),
    ("admin", "/analytics/sales?sellerId={seller}", 4),
    # What is now, the sums, how long it takes, three rankings; and the carts of all.
    ("seller", "/analytics/overview", 7),
    ("admin", "/analytics/overview", 8),
    ("seller", "/sellers/{seller}/shipping-methods/{method_id}", 2),
]


@pytest.mark.parametrize(("actor", "path", "expected"), READS)
def test_reads(
    actor: str,
    path: str,
    expected: int,
    shop: Shop,
    products: list[dict[str, Any]],
    order: dict[str, Any],
    import_id: str,
    method_id: str,
    shipment_id: str,
) -> None:
    api: Api = getattr(shop, actor)
    filled = path.format(
        category=shop.category_id,
        seller=shop.seller_id,
        product=products[0]["id"],
        slug=products[0]["slug"],
        variant=products[0]["variants"][0]["id"],
        offer=shop.offers(products[0])[0],
        order=order["id"],
        part=order["sellerOrders"][0]["id"],
        shipment=shipment_id,
        import_id=import_id,
        method_id=method_id,
    )
    assert api.get(filled).status_code == 200

    with counted() as statements:
        assert api.get(filled).status_code == 200

    assert len(statements) == expected, "\n\n".join(statements)


@pytest.mark.parametrize("lines", [1, 2, 20])
def test_an_order_costs_the_same_for_any_number_of_lines(
    lines: int, shop: Shop, products: list[dict[str, Any]]
) -> None:
    offers = [offer for product in products for offer in shop.offers(product)][:lines]
    assert len(offers) == lines
    assert shop.customer.order(*((offer, 1) for offer in offers)).status_code == 201

    with counted() as statements:
        answer = shop.customer.order(*((offer, 1) for offer in offers))

    assert answer.status_code == 201
    assert len(answer.json()["result"]["sellerOrders"][0]["lines"]) == lines
    assert len(statements) == 12, "\n\n".join(statements)


@pytest.mark.parametrize("items", [1, 20])
def test_a_checkout_costs_the_same_for_any_number_of_items(
    items: int, shop: Shop, products: list[dict[str, Any]]
) -> None:
    offers = [offer for product in products for offer in shop.offers(product)][:items]
    buyer = shop.anonymous.register("buyer")
    for offer in offers:
        buyer.result("PUT", f"/cart/items/{offer}", {"quantity": 1})

    with counted() as statements:
        quoted = buyer.result("POST", "/checkout/quote", {"shippingAddress": ADDRESS})
    assert len(quoted["lines"]) == items
    # The actor; the cart and its items; what they cost.
    assert len(statements) == 4, "\n\n".join(statements)

    body = {
        "shippingAddress": ADDRESS,
        "expectedTotal": quoted["total"],
        "payment": {"method": "sandbox", "token": "tok_ok"},
    }
    with counted() as statements:
        answer = buyer.post("/checkout", body, key=str(uuid.uuid4()))
    assert answer.status_code == 201
    # As an order, and: the cart, its items, whether it is being ordered; and what empties it.
    assert len(statements) == 12 + 4, "\n\n".join(statements)


@pytest.mark.parametrize("products", [2, 40])
def test_new_products_of_a_file_cost_the_same_for_any_number(
    products: int, shop: Shop, module_database_url: str
) -> None:
    name = f"Category {uuid.uuid4()}"
    shop.admin.result("POST", "/categories", {"name": name})
    rows = "".join(
        f"{name}-{each},Title,{name},{name}-{each},1,1.00,active\n" for each in range(products)
    )
    header = (
        "Handle,Title,Product Category,Variant SKU,Variant Inventory Qty,Variant Price,Status\n"
    )
    answer = shop.seller.http.post(
        f"{BASE}/imports",
        data={"currency": "EUR"},
        files={"file": ("products.csv", (header + rows).encode(), "text/csv")},
        headers={"Authorization": f"Bearer {shop.seller.token}"},
    )
    assert answer.status_code == 202, answer.text
    import_id = answer.json()["result"]["id"]
    parts = Parts(settings_for(module_database_url))

    with counted() as statements:
        parts.work_on_imports(ImportId(uuid.UUID(import_id)))

    parts.engines.dispose()
    read = shop.seller.result("GET", f"/imports/{import_id}")
    assert (read["status"], read["created"]) == ("completed", products)
    assert len(statements) == 34, "\n\n".join(statements)
