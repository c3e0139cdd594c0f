"""Which shipping methods fit, and what they cost."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.domain.errors import Conflict, RuleViolated
from marketplace.domain.shared.ids import SellerId, ShippingMethodId
from marketplace.domain.shared.money import MAX_AMOUNT, Money
from marketplace.domain.shipping.events import (
    ShippingMethodChanged,
    ShippingMethodCreated,
    ShippingMethodDeleted,
)
from marketplace.domain.shipping.method import (
    MOST_HANDLING_DAYS,
    MOST_METHODS,
    TEXT_LONGEST,
    ShippingMethod,
    fitting,
    require_room,
)
from marketplace.domain.shipping.zones import Zone
from tests.factories import (
    LATER,
    NOW,
    a_consignment,
    a_seller,
    a_shipping_method,
    an_address,
    eur,
    new_id,
)

SELLER = a_seller()
currencies = st.sampled_from(["EUR", "USD"])
countries = st.sampled_from(["AT", "CH", "DE", "FR"])
amounts = st.integers(min_value=0, max_value=MAX_AMOUNT)


@st.composite
def methods(draw: st.DrawFn) -> ShippingMethod:
    currency = draw(currencies)
    free_from = draw(st.none() | st.integers(min_value=1, max_value=MAX_AMOUNT))
    return ShippingMethod.create(
        id=ShippingMethodId(new_id()),
        seller_id=SELLER.id,
        name=draw(st.sampled_from(["Express", "Letter", "Parcel"])),
        carrier=None,
        price=Money(draw(amounts), currency),
        countries=draw(st.lists(countries)),
        free_from=None if free_from is None else Money(free_from, currency),
        zones=(),
        handling_days=draw(st.integers(0, MOST_HANDLING_DAYS)),
        now=NOW,
    )


def fields(**others: Any) -> dict[str, Any]:
    values = {"name": "Parcel", "carrier": "DHL", "price": eur(490), "countries": ("DE",)}
    return values | {"free_from": eur(5000), "zones": (), "handling_days": 0} | others


@given(method=methods(), amount=amounts, country=countries, currency=currencies)
def test_where_it_fits_it_costs_its_price_until_it_is_free(
    method: ShippingMethod, amount: int, country: str, currency: str
) -> None:
    consignment = a_consignment(total=Money(amount, currency))

    cost = method.cost(consignment, an_address(country=country))

    goes_there = method.countries == () or country in method.countries
    assert (cost is not None) == (goes_there and method.price.currency == currency)
    if cost is not None:
        free = method.free_from is not None and amount >= method.free_from.amount
        assert cost == (Money.zero(currency) if free else method.price)


@given(of_seller=st.lists(methods(), max_size=8), country=countries, amount=amounts)
def test_options_are_the_methods_that_fit_the_cheapest_first(
    of_seller: list[ShippingMethod], country: str, amount: int
) -> None:
    address, consignment = an_address(country=country), a_consignment(total=eur(amount))

    options = fitting(of_seller, consignment, address)

    costs = {each.id: each.cost(consignment, address) for each in of_seller}
    fit = {each.id: each for each in of_seller if costs[each.id] is not None}
    assert {option.method_id for option in options} == set(fit)
    for option in options:
        method = fit[option.method_id]
        assert (option.name, option.carrier) == (method.name, method.carrier)
        assert option.price == costs[method.id]
        assert option.handling_days == method.handling_days
    order = [(option.price.amount, option.name, option.method_id) for option in options]
    assert order == sorted(order)
    assert fitting(reversed(of_seller), consignment, address) == options


def test_countries_are_kept_sorted_and_once() -> None:
    method = ShippingMethod.create(
        id=ShippingMethodId(new_id()),
        seller_id=SELLER.id,
        now=NOW,
        **fields(countries=["FR", "DE", "FR"]),
    )
    assert method.countries == ("DE", "FR")
    assert (method.version, method.created_at, method.updated_at) == (1, NOW, NOW)
    assert method.drain_events() == [
        ShippingMethodCreated(method_id=method.id, seller_id=SELLER.id, occurred_at=NOW)
    ]


@pytest.mark.parametrize(
    ("wrong", "code", "field"),
    [
        ({"name": " "}, "invalid_text", "/name"),
        ({"name": "x" * (TEXT_LONGEST + 1)}, "invalid_text", "/name"),
        ({"carrier": ""}, "invalid_text", "/carrier"),
        ({"price": eur(-1)}, "invalid_price", "/price"),
        ({"free_from": eur(0)}, "invalid_price", "/freeFrom"),
        ({"free_from": Money(5000, "USD")}, "invalid_price", "/freeFrom"),
        ({"price": Money(490, "USD")}, "invalid_price", "/freeFrom"),
        ({"zones": [Zone()]}, "price_or_bands", "/zones/0"),
        ({"handling_days": -1}, "invalid_value", "/handlingDays"),
        ({"handling_days": MOST_HANDLING_DAYS + 1}, "invalid_value", "/handlingDays"),
    ],
)
def test_what_breaks_a_rule_is_neither_created_nor_changed(
    wrong: dict[str, Any], code: str, field: str
) -> None:
    method = a_shipping_method(SELLER, **fields())

    with pytest.raises(RuleViolated) as not_created:
        ShippingMethod.create(
            id=method.id, seller_id=SellerId(new_id()), now=NOW, **fields(**wrong)
        )
    with pytest.raises(RuleViolated) as not_changed:
        method.change(**fields(**wrong), now=LATER)

    for refused in (not_created.value, not_changed.value):
        assert (refused.code, refused.params["field"]) == (code, field)
    assert (method.version, method.updated_at) == (1, NOW)
    assert method.name == "Parcel"
    assert method.price == eur(490)


def test_a_change_is_counted_and_told() -> None:
    method = a_shipping_method(SELLER, **fields())

    method.change(**fields(name="Letter", countries=["AT", "AT"], carrier=None), now=LATER)

    assert (method.name, method.carrier, method.countries) == ("Letter", None, ("AT",))
    assert (method.version, method.updated_at) == (2, LATER)
    told: dict[str, Any] = {"method_id": method.id, "seller_id": SELLER.id, "occurred_at": LATER}
    assert method.drain_events() == [ShippingMethodChanged(**told)]
    method.delete(LATER)
    assert method.drain_events() == [ShippingMethodDeleted(**told)]


def test_what_is_so_already_changes_nothing() -> None:
    method = a_shipping_method(SELLER, **fields(countries=("AT", "DE")))

    method.change(**fields(countries=["DE", "AT", "DE"]), now=LATER)

    assert (method.version, method.updated_at) == (1, NOW)
    assert method.drain_events() == []


@pytest.mark.parametrize("changed", [{"zones": [Zone(price=eur(1))]}, {"handling_days": 1}])
def test_zones_and_handling_are_changes(changed: dict[str, Any]) -> None:
    method = a_shipping_method(SELLER, **fields())

    method.change(**fields(**changed), now=LATER)

    assert (list(method.zones), method.handling_days) == (
        changed.get("zones", []),
        changed.get("handling_days", 0),
    )
    assert method.version == 2


def test_a_seller_has_no_more_methods_than_an_order_looks_at() -> None:
    full = [a_shipping_method(SELLER) for _ in range(MOST_METHODS)]

    require_room(full[1:])
    with pytest.raises(Conflict) as refused:
        require_room(full)
    assert refused.value.code == "too_many_shipping_methods"
