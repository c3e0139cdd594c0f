"""What becomes of a cart over time is told, and what is shown is what can be ordered."""

from tests.api import Shop
from tests.integration.buyers import EMPTY, Buyer, eur, offer_of, rival_offer


def reprice(shop: Shop, offer: str, amount: int, currency: str = "EUR") -> None:
    price = {"price": {"amount": amount, "currency": currency}}
    shop.seller.result("PATCH", f"/offers/{offer}", price, if_match="*")


def count(shop: Shop, offer: str, on_hand: int) -> None:
    shop.seller.result("PATCH", f"/offers/{offer}", {"onHand": on_hand}, if_match="*")


def check_unavailable(buyer: Buyer, offer: str) -> None:
    cart = buyer.cart()
    assert {name: cart[name] for name in EMPTY} == EMPTY | {
        "changes": [{"offerId": offer, "kind": "unavailable", "before": 2, "after": None}]
    }


def test_a_price_that_changed(buyer: Buyer, shop: Shop, offer: str) -> None:
    buyer.put(offer, 2)
    reprice(shop, offer, 1800)
    reprice(shop, offer, 1700)

    cart = buyer.cart()

    assert cart["changes"] == [
        {"offerId": offer, "kind": "price", "before": eur(1999), "after": eur(1700)}
    ]
    assert (cart["items"][0]["unitPrice"], cart["total"]) == (eur(1700), eur(3400))
    # It stays until the buyer puts the item again.
    assert buyer.cart() == cart
    assert buyer.put(offer, 2).json()["result"]["changes"] == []
    assert buyer.cart()["total"] == eur(3400)


def test_a_price_that_came_back(buyer: Buyer, shop: Shop, offer: str) -> None:
    buyer.put(offer, 2)
    reprice(shop, offer, 1700)
    reprice(shop, offer, 1999)

    assert buyer.cart()["changes"] == []


def test_stock_that_shrank_and_grew(buyer: Buyer, shop: Shop, offer: str) -> None:
    buyer.put(offer, 8)
    assert shop.customer.order((offer, 7)).status_code == 201

    cart = buyer.cart()

    assert cart["changes"] == [{"offerId": offer, "kind": "quantity", "before": 8, "after": 3}]
    assert (cart["items"][0]["quantity"], cart["total"]) == (3, eur(5997))
    count(shop, offer, 30)
    assert (buyer.cart()["changes"], buyer.wanted()) == ([], {offer: 8})


def test_both_at_once(buyer: Buyer, shop: Shop, offer: str) -> None:
    buyer.put(offer, 8)
    count(shop, offer, 3)
    reprice(shop, offer, 1700)

    assert [each["kind"] for each in buyer.cart()["changes"]] == ["price", "quantity"]


def test_sold_out(buyer: Buyer, shop: Shop, offer: str) -> None:
    buyer.put(offer, 2)
    count(shop, offer, 0)

    check_unavailable(buyer, offer)
    count(shop, offer, 1)
    assert buyer.wanted() == {offer: 1}


def test_withdrawn(buyer: Buyer, shop: Shop, offer: str) -> None:
    buyer.put(offer, 2)
    shop.seller.request("DELETE", f"/offers/{offer}", if_match="*")

    check_unavailable(buyer, offer)
    buyer.api.request("DELETE", f"/cart/items/{offer}")
    assert buyer.cart()["changes"] == []


def test_archived(buyer: Buyer, shop: Shop) -> None:
    product = shop.publish("archived")
    [offer] = shop.offers(product)
    buyer.put(offer, 2)
    shop.seller.result("POST", f"/products/{product['id']}/archive")

    check_unavailable(buyer, offer)


def test_a_seller_who_is_suspended_and_comes_back(buyer: Buyer, shop: Shop) -> None:
    offer = rival_offer(shop, 500, "EUR")
    buyer.put(offer, 2)
    path = f"/sellers/{shop.other_seller_id}"
    shop.admin.result("POST", f"{path}/suspend", {"reason": "Too slow"})

    check_unavailable(buyer, offer)
    shop.admin.result("POST", f"{path}/reinstate")
    assert (buyer.wanted(), buyer.cart()["changes"]) == ({offer: 2}, [])


def test_two_currencies_have_no_total(buyer: Buyer, shop: Shop, offer: str) -> None:
    dollars = rival_offer(shop, 700, "USD")
    buyer.put(offer, 1)
    buyer.put(dollars, 2)

    cart = buyer.cart()

    assert cart["total"] is None
    assert [each["subtotal"] for each in cart["sellers"]] == [
        eur(1999),
        {"amount": 1400, "currency": "USD"},
    ]
    assert [each["total"] for each in cart["items"]] == [
        eur(1999),
        {"amount": 1400, "currency": "USD"},
    ]


def test_a_currency_that_changed(buyer: Buyer, shop: Shop, offer: str) -> None:
    buyer.put(offer, 1)
    reprice(shop, offer, 2100, "USD")

    cart = buyer.cart()

    assert cart["total"] == {"amount": 2100, "currency": "USD"}
    assert cart["changes"][0]["before"] == eur(1999)


def test_prices_beyond_measure_do_not_make_it_unreadable(
    buyer: Buyer, shop: Shop, offer: str
) -> None:
    second = offer_of(shop)
    buyer.put(offer, 5)
    buyer.put(second, 5)
    reprice(shop, offer, 2**53 - 1)

    cart = buyer.cart()

    assert cart["total"] == eur(2**53 - 1)
    assert [(each["kind"], each["after"]) for each in cart["changes"]] == [
        ("price", eur(2**53 - 1)),
        ("quantity", 1),
        ("unavailable", None),
    ]
