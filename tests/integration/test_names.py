"""Names of attributes and options can be asked for, so that none has a colon."""

import uuid
from typing import Any

import pytest

from tests.api import Shop

VARIANT = {"sku": "COLON", "price": {"amount": 100, "currency": "EUR"}}


@pytest.mark.parametrize(
    ("more", "pointer"),
    [
        ({"attributes": {"a:b": "c"}, "variants": [VARIANT]}, "/attributes/a:b"),
        ({"variants": [{**VARIANT, "options": {"a:b": "c"}}]}, "/variants/0/options/a:b"),
    ],
)
def test_a_product_with_a_colon_in_a_name_is_422(
    more: dict[str, Any], pointer: str, shop: Shop
) -> None:
    product = {"name": "Colon", "categoryId": shop.category_id, "sellerId": shop.seller_id, **more}

    answer = shop.seller.request("POST", "/products", json=product)

    assert answer.status_code == 422, answer.text
    assert [each["pointer"] for each in answer.json()["errors"]] == [pointer]


@pytest.mark.parametrize(("name", "status"), [("a:b", 422), ("a b", 201)])
def test_a_definition_has_no_colon_in_its_name(name: str, status: int, shop: Shop) -> None:
    definition = {"name": name, "type": "text"}
    category = {"name": f"Named {uuid.uuid4().hex}", "attributes": [definition]}

    answer = shop.admin.request("POST", "/categories", json=category)

    assert answer.status_code == status, answer.text
