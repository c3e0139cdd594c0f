"""State machines: every pair of states is either in the table or refused with what is allowed."""

from collections.abc import Callable
from datetime import UTC, datetime
from enum import StrEnum
from itertools import product as pairs
from uuid import uuid4

import pytest

from marketplace.domain.catalogue import product as products
from marketplace.domain.catalogue.product import Product, ProductStatus
from marketplace.domain.catalogue.variant import Variant
from marketplace.domain.errors import InvalidTransition
from marketplace.domain.payments import statuses as payments
from marketplace.domain.payments.payment import Payment
from marketplace.domain.payments.statuses import PaymentState
from marketplace.domain.sellers import seller as sellers
from marketplace.domain.sellers.seller import Seller, SellerStatus
from marketplace.domain.shared.ids import (
    CategoryId,
    OperationId,
    OrderId,
    PaymentId,
    ProductId,
    SellerId,
    SellerOrderId,
    UserId,
    VariantId,
)
from marketplace.domain.shared.money import Money

NOW = datetime(2026, 3, 1, tzinfo=UTC)


def a_seller(status: SellerStatus) -> Seller:
    seller = Seller.apply(
        id=SellerId(uuid4()),
        name="Acme",
        slug="acme",
        description="",
        owner_id=UserId(uuid4()),
        now=NOW,
    )
    seller.status = status
    return seller


def a_product(status: ProductStatus) -> Product:
    product = Product.create(
        id=ProductId(uuid4()),
        seller_id=SellerId(uuid4()),
        category_id=CategoryId(uuid4()),
        name="Lamp",
        slug="lamp",
        description="",
        attributes={},
        tags=[],
        variants=[Variant(id=VariantId(uuid4()), position=1)],
        now=NOW,
    )
    product.status = status
    return product


def a_payment(status: PaymentState) -> Payment:
    payment = Payment.intend(
        id=PaymentId(uuid4()),
        order_id=OrderId(uuid4()),
        provider="sandbox",
        shares={SellerOrderId(uuid4()): Money(100, "EUR")},
        amount=Money(100, "EUR"),
        now=NOW,
    )
    PAYMENTS[status](payment)
    assert payment.status is status
    return payment


def request_void(payment: Payment) -> None:
    operation_id = OperationId(uuid4())
    payment.request_void(operation_id, None, NOW)
    payment.succeed(operation_id, None, NOW)


def capture(payment: Payment) -> None:
    operation_id = OperationId(uuid4())
    payment.request_capture(operation_id, payment.capturable, None, NOW)
    payment.succeed(operation_id, "ref", NOW)


SELLER_STEPS: dict[str, tuple[Callable[[Seller], None], SellerStatus, set[SellerStatus]]] = {
    "approve": (lambda s: s.approve(NOW), SellerStatus.APPROVED, {SellerStatus.PENDING}),
    "reject": (lambda s: s.reject("no", NOW), SellerStatus.REJECTED, {SellerStatus.PENDING}),
    "suspend": (lambda s: s.suspend("no", NOW), SellerStatus.SUSPENDED, {SellerStatus.APPROVED}),
    "reinstate": (lambda s: s.reinstate(NOW), SellerStatus.APPROVED, {SellerStatus.SUSPENDED}),
}

PRODUCT_STEPS: dict[str, tuple[Callable[[Product], None], ProductStatus, set[ProductStatus]]] = {
    "submit": (lambda p: p.submit(NOW), ProductStatus.PENDING, {ProductStatus.DRAFT}),
    "publish": (lambda p: p.publish(NOW), ProductStatus.PUBLISHED, {ProductStatus.PENDING}),
    "reject": (lambda p: p.reject("no", NOW), ProductStatus.REJECTED, {ProductStatus.PENDING}),
    "archive": (lambda p: p.archive(NOW), ProductStatus.ARCHIVED, {ProductStatus.PUBLISHED}),
}

# What the provider tells, which may be known, and what is refused when it is too late.
PAYMENT_NEWS: dict[str, tuple[Callable[[Payment], bool], PaymentState, set[PaymentState]]] = {
    "authorize": (
        lambda p: p.authorize("ref", NOW),
        PaymentState.AUTHORIZED,
        {PaymentState.PENDING},
    ),
    "charge": (
        lambda p: p.charge("ref", NOW),
        PaymentState.CAPTURED,
        {PaymentState.PENDING, PaymentState.AUTHORIZED},
    ),
}
PAYMENT_STEPS: dict[str, tuple[Callable[[Payment], None], PaymentState, set[PaymentState]]] = {
    "capture": (capture, PaymentState.CAPTURED, {PaymentState.AUTHORIZED}),
    "request void": (
        request_void,
        PaymentState.VOIDED,
        {PaymentState.PENDING, PaymentState.AUTHORIZED},
    ),
    "void": (
        lambda p: p.void(OperationId(uuid4()), NOW),
        PaymentState.VOIDED,
        {PaymentState.PENDING, PaymentState.AUTHORIZED},
    ),
    "fail": (lambda p: p.fail("no", NOW), PaymentState.FAILED, {PaymentState.PENDING}),
}
# How each state comes about.
PAYMENTS: dict[PaymentState, Callable[[Payment], object]] = {
    PaymentState.PENDING: lambda p: None,
    PaymentState.AUTHORIZED: lambda p: p.authorize("ref", NOW),
    PaymentState.CAPTURED: lambda p: p.charge("ref", NOW),
    PaymentState.VOIDED: lambda p: p.void(OperationId(uuid4()), NOW),
    PaymentState.FAILED: lambda p: p.fail("no", NOW),
}


@pytest.mark.parametrize(("step", "state"), list(pairs(SELLER_STEPS, SellerStatus)))
def test_sellers(step: str, state: SellerStatus) -> None:
    act, after, allowed_from = SELLER_STEPS[step]
    seller = a_seller(state)
    version = seller.version
    if state in allowed_from:
        act(seller)
        assert seller.status is after
        assert seller.version == version + 1
    else:
        with pytest.raises(InvalidTransition) as refused:
            act(seller)
        assert seller.status is state
        assert allowed(refused.value) == sorted(sellers.TRANSITIONS[state])


@pytest.mark.parametrize(("step", "state"), list(pairs(PRODUCT_STEPS, ProductStatus)))
def test_products(step: str, state: ProductStatus) -> None:
    act, after, allowed_from = PRODUCT_STEPS[step]
    product = a_product(state)
    if state in allowed_from:
        act(product)
        assert product.status is after
        assert (product.published_at == NOW) is (after is ProductStatus.PUBLISHED)
    else:
        with pytest.raises(InvalidTransition) as refused:
            act(product)
        assert product.status is state
        assert after not in allowed(refused.value)


@pytest.mark.parametrize(("step", "state"), list(pairs(PAYMENT_STEPS, PaymentState)))
def test_payments(step: str, state: PaymentState) -> None:
    act, after, allowed_from = PAYMENT_STEPS[step]
    payment = a_payment(state)
    if state in allowed_from:
        act(payment)
        assert payment.status is after
        assert payment.captured_amount.amount == (100 if after is PaymentState.CAPTURED else 0)
    else:
        entries = len(payment.ledger.events)
        with pytest.raises(InvalidTransition) as refused:
            act(payment)
        assert payment.status is state
        assert len(payment.ledger.events) == entries
        assert after not in allowed(refused.value)


@pytest.mark.parametrize(("news", "state"), list(pairs(PAYMENT_NEWS, PaymentState)))
def test_news_of_payments(news: str, state: PaymentState) -> None:
    tell, after, new_in = PAYMENT_NEWS[news]
    payment = a_payment(state)
    entries = len(payment.ledger.events)
    assert tell(payment) is (state in new_in)
    assert payment.status is (after if state in new_in else state)
    assert (len(payment.ledger.events) > entries) is (state in new_in)


@pytest.mark.parametrize(
    ("states", "table"),
    [
        (SellerStatus, sellers.TRANSITIONS),
        (ProductStatus, products.TRANSITIONS),
        (PaymentState, payments.TRANSITIONS),
    ],
)
def test_every_state_has_its_row(states: type[StrEnum], table: dict[StrEnum, set[StrEnum]]) -> None:
    assert set(table) == set(states)


def allowed(error: InvalidTransition) -> list[str]:
    names = error.params["allowed"]
    assert isinstance(names, list)
    return names
