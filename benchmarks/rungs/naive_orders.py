"""Orders in the way that most tutorials show: one transaction that locks the stock first, an entity
for each row, and marshmallow that walks them. It writes the rows that the application writes.
"""

import datetime as dt
import hashlib
import os
from typing import Any
from uuid import UUID, uuid4

import jwt
import marshmallow as ma
from flask import Response, jsonify, request
from sqlalchemy import Table, Text, cast, func, select
from sqlalchemy.orm import Session, joinedload, relationship

from benchmarks.rungs.naive import Base, MoneySchema, Offer, Product, RefSchema, Stock, Variant, app
from benchmarks.rungs.naive import _engine as engine
from marketplace.infrastructure.security.tokens import ALGORITHM, derive_key

_KEY = derive_key(os.environ["MARKETPLACE__SECURITY__SECRET_KEY"], "access")


def _entity(name: str, table: str, **members: Any) -> Any:
    """With the columns that the database says."""
    reflected = Table(table, Base.metadata, autoload_with=engine, resolve_fks=False)
    return type(name, (Base,), {"__table__": reflected, **members})


def _of(target: str, join: str, order_by: Any = None, *, viewonly: bool = False) -> Any:
    return relationship(target, primaryjoin=join, order_by=order_by, viewonly=viewonly)


User = _entity("User", "users")
Family = _entity("Family", "refresh_families")
Key = _entity("Key", "idempotency_keys")
Method = _entity("Method", "shipping_methods")
Movement = _entity("Movement", "stock_movements")
Event = _entity("Event", "outbox")
Charge = _entity("Charge", "sandbox_charges")
Notice = _entity("Notice", "sandbox_events")
Entry = _entity("Entry", "order_events")
Posting = _entity("Posting", "payment_events")
Order = _entity(
    "Order",
    "orders",
    parts=_of("Part", "foreign(Part.order_id) == Order.id", "Part.position"),
    payments=_of("Payment", "foreign(Payment.order_id) == Order.id"),
    timeline=_of("Entry", "foreign(Entry.order_id) == Order.id"),
)
Part = _entity(
    "Part",
    "seller_orders",
    order=_of("Order", "foreign(Part.order_id) == Order.id", viewonly=True),
    seller=_of("Seller", "foreign(Part.seller_id) == Seller.id", viewonly=True),
    lines=_of("Line", "foreign(Line.seller_order_id) == Part.id", "Line.position"),
    shipping=property(lambda part: part),
    payment=property(lambda part: part),
)
Line = _entity(
    "Line",
    "order_lines",
    part=_of("Part", "foreign(Line.seller_order_id) == Part.id", viewonly=True),
)
Payment = _entity(
    "Payment",
    "payments",
    ledger=_of("Posting", "foreign(Posting.payment_id) == Payment.id", "Posting.position"),
)
engine.dispose()


class AddressSchema(ma.Schema):
    name = ma.fields.String(required=True)
    line1 = ma.fields.String(required=True)
    line2 = ma.fields.String(load_default=None)
    city = ma.fields.String(required=True)
    region = ma.fields.String(load_default=None)
    postal_code = ma.fields.String(required=True, data_key="postalCode")
    country = ma.fields.String(required=True, validate=ma.validate.Length(equal=2))
    phone = ma.fields.String(load_default=None)


class ItemInput(ma.Schema):
    offer_id = ma.fields.UUID(required=True, data_key="offerId")
    quantity = ma.fields.Integer(required=True, validate=ma.validate.Range(1, 10_000))


class PaymentInput(ma.Schema):
    method = ma.fields.String(required=True, validate=ma.validate.OneOf(["sandbox"]))
    token = ma.fields.String(required=True)


class OrderInput(ma.Schema):
    items = ma.fields.List(ma.fields.Nested(ItemInput), required=True)
    shipping_address = ma.fields.Nested(AddressSchema, required=True, data_key="shippingAddress")
    payment = ma.fields.Nested(PaymentInput, required=True)


class MoneyField(ma.fields.Field[Any]):
    """An amount in the currency that its row, or what that belongs to, is in."""

    def __init__(self, column: str, of: str = "currency", **options: Any) -> None:
        super().__init__(**options)
        self._column, self._of = column, of

    def serialize(self, attr: str, obj: Any, *_: Any, **__: Any) -> Any:
        money = {
            "amount": ma.utils.get_value(obj, self._column),
            "currency": ma.utils.get_value(obj, self._of),
        }
        return MoneySchema().dump(money)


class LineSchema(ma.Schema):
    id = ma.fields.UUID()
    offer_id = ma.fields.UUID(data_key="offerId")
    product_id = ma.fields.UUID(data_key="productId")
    variant_id = ma.fields.UUID(data_key="variantId")
    slug = ma.fields.String()
    image = ma.fields.Constant(None)
    options = ma.fields.Dict()
    sku = ma.fields.String()
    name = ma.fields.String()
    quantity = ma.fields.Integer()
    cancelled = ma.fields.Integer()
    shipped = ma.fields.Integer()
    refunded = ma.fields.Integer()
    delivered = ma.fields.Integer()
    returned = ma.fields.Integer()
    unit_price = MoneyField("unit_price", "part.order.currency", data_key="unitPrice")
    total = MoneyField("total", "part.order.currency")


class PaymentSchema(ma.Schema):
    id = ma.fields.UUID()
    provider = ma.fields.String()
    status = ma.fields.String()
    amount = MoneyField("amount")
    captured_amount = MoneyField("captured_amount", data_key="capturedAmount")
    refunded_amount = MoneyField("refunded_amount", data_key="refundedAmount")
    next_action = ma.fields.Raw(data_key="nextAction")


class ShippingSchema(ma.Schema):
    method_id = ma.fields.UUID(attribute="shipping_method_id", data_key="methodId")
    name = ma.fields.String(attribute="shipping_name")
    price = MoneyField("shipping_price", "order.currency")
    handling_days = ma.fields.Integer(data_key="handlingDays")


class PartPaymentSchema(ma.Schema):
    id = ma.fields.Function(lambda part: str(part.order.payments[0].id))
    captured = MoneyField("captured_amount", "order.currency")
    refunded = MoneyField("refunded_amount", "order.currency")


class CommonSchema(ma.Schema):
    id = ma.fields.UUID()
    status = ma.fields.String()
    payment_status = ma.fields.String(data_key="paymentStatus")
    fulfilment_status = ma.fields.String(data_key="fulfilmentStatus")
    placed_at = ma.fields.DateTime(data_key="placedAt")


class PartSchema(CommonSchema):
    number = ma.fields.Function(lambda part: f"{part.order.number}-{part.position}")
    order_id = ma.fields.UUID(data_key="orderId")
    seller = ma.fields.Nested(RefSchema)
    customer = ma.fields.Function(
        lambda part: {"name": part.order.customer_name, "email": part.order.customer_email}
    )
    shipping_address = ma.fields.Nested(
        AddressSchema, attribute="order.shipping_address", data_key="shippingAddress"
    )
    lines = ma.fields.List(ma.fields.Nested(LineSchema))
    shipping = ma.fields.Nested(ShippingSchema)
    payment = ma.fields.Nested(PartPaymentSchema)
    shipments: Any = ma.fields.Constant([])
    total = MoneyField("total", "order.currency")


class OrderSchema(CommonSchema):
    number = ma.fields.String()
    prices_include_tax = ma.fields.Boolean(data_key="pricesIncludeTax")
    subtotal = MoneyField("subtotal")
    shipping_total = MoneyField("shipping_total", data_key="shippingTotal")
    tax_total = MoneyField("tax_total", data_key="taxTotal")
    discount_total = MoneyField("discount_total", data_key="discountTotal")
    total = MoneyField("total")
    email = ma.fields.String(attribute="customer_email")
    shipping_address = ma.fields.Nested(AddressSchema, data_key="shippingAddress")
    payments = ma.fields.List(ma.fields.Nested(PaymentSchema))
    parts = ma.fields.List(ma.fields.Nested(PartSchema), data_key="sellerOrders")
    access_token = ma.fields.Constant(None, data_key="accessToken")


@app.post("/api/v1/orders")
def place() -> tuple[Response, int]:
    wanted = OrderInput().load(request.get_json())
    key = request.headers["Idempotency-Key"]
    now = dt.datetime.now(dt.UTC)
    with Session(engine) as session:
        user = _signed_in(session)
        if (known := session.get(Key, (str(user.id), key))) is not None:
            return jsonify(known.answer_body), 201
        quantities = {item["offer_id"]: item["quantity"] for item in wanted["items"]}
        stock = _reserve(session, quantities)
        order = _order(session, user, wanted["shipping_address"], quantities, now)
        payment = _pay(session, order, wanted["payment"]["token"], now)
        _note(session, order, payment, stock, quantities, now)
        kept = Key(
            actor=str(user.id),
            key=key,
            fingerprint=hashlib.sha256(request.get_data()).hexdigest(),
            makes=order.id,
            lease_until=now,
            created_at=now,
        )
        session.add(kept)
        session.commit()
        answer = jsonify(result=OrderSchema().dump(order))
        kept.answer_status, kept.answer_headers = 201, {}
        kept.answer_body = answer.get_data()
        session.commit()
    return answer, 201


def _signed_in(session: Session) -> Any:
    token = request.headers["Authorization"].removeprefix("Bearer ")
    claims = jwt.decode(token, _KEY, algorithms=[ALGORITHM], options={"verify_aud": False})
    family = session.get_one(Family, UUID(claims["sid"]))
    user = session.get_one(User, UUID(claims["sub"]))
    if family.ended_at is not None or user.session_version != claims["ver"]:
        raise PermissionError
    return user


def _reserve(session: Session, quantities: dict[UUID, int]) -> list[Stock]:
    wanted = select(Stock).where(Stock.offer_id.in_(quantities)).order_by(Stock.offer_id)
    stock = list(session.scalars(wanted.with_for_update()))
    for item in stock:
        if item.on_hand - item.allocated < quantities[item.offer_id]:
            raise ValueError("out of stock")
    return stock


def _order(
    session: Session, user: Any, address: Any, quantities: dict[UUID, int], now: dt.datetime
) -> Any:
    offers = session.scalars(
        select(Offer).where(Offer.id.in_(quantities)).options(joinedload(Offer.seller))
    ).all()
    parts: dict[UUID, Any] = {}
    for offer in offers:
        product = session.get_one(Product, offer.product_id)
        variant = session.get_one(Variant, offer.variant_id)
        if (part := parts.get(offer.seller_id)) is None:
            part = parts[offer.seller_id] = _part(session, offer, len(parts) + 1, now)
        quantity = quantities[offer.id]
        line = Line(
            id=uuid4(),
            position=len(part.lines) + 1,
            offer_id=offer.id,
            product_id=product.id,
            variant_id=variant.id,
            sku=offer.sku,
            name=product.name,
            slug=product.slug,
            options=variant.options,
            quantity=quantity,
            unit_price=offer.price_amount,
            total=offer.price_amount * quantity,
            cancelled=0,
            shipped=0,
            refunded=0,
            delivered=0,
            returned=0,
        )
        part.lines.append(line)
        part.subtotal += line.total
        part.total = part.captured_amount = part.subtotal + part.shipping_price
    subtotal = sum(part.subtotal for part in parts.values())
    shipping = sum(part.shipping_price for part in parts.values())
    number = func.lpad(cast(func.nextval("order_numbers"), Text), 6, "0")
    order = Order(
        id=uuid4(),
        version=1,
        number=func.concat(f"ORD-{now.year}-", number),
        customer_id=user.id,
        customer_name=user.name,
        customer_email=user.email,
        currency=offers[0].price_currency,
        shipping_address=address,
        status="placed",
        payment_status="paid",
        fulfilment_status="unfulfilled",
        prices_include_tax=True,
        subtotal=subtotal,
        shipping_total=shipping,
        tax_total=0,
        discount_total=0,
        total=subtotal + shipping,
        placed_at=now,
        finalised_at=now,
        updated_at=now,
        parts=list(parts.values()),
    )
    session.add(order)
    session.flush()
    return order


def _part(session: Session, offer: Offer, position: int, now: dt.datetime) -> Any:
    methods = session.scalars(select(Method).where(Method.seller_id == offer.seller_id)).all()
    method = min(methods, key=lambda each: each.price_amount)
    return Part(
        id=uuid4(),
        seller_id=offer.seller_id,
        position=position,
        status="placed",
        payment_status="paid",
        fulfilment_status="unfulfilled",
        shipping_name=method.name,
        shipping_price=method.price_amount,
        shipping_method_id=method.id,
        handling_days=method.handling_days,
        subtotal=0,
        placed_at=now,
        refunded_amount=0,
    )


def _pay(session: Session, order: Any, token: str, now: dt.datetime) -> Any:
    """The provider's books are tables here as there."""
    payment = Payment(
        id=uuid4(),
        version=1,
        provider="sandbox",
        currency=order.currency,
        amount=order.total,
        captured_amount=order.total,
        refunded_amount=0,
        status="captured",
        reference=f"sbx_{uuid4().hex}",
        created_at=now,
        updated_at=now,
    )
    payment.ledger = [
        Posting(
            position=position,
            operation_id=payment.id,
            kind=kind,
            stage=stage,
            amount=order.total,
            shares={str(part.id): part.total for part in order.parts},
            lines={},
            occurred_at=now,
        )
        for position, (kind, stage) in enumerate(
            (("authorization", "request"), ("authorization", "success"), ("charge", "success")), 1
        )
    ]
    order.payments.append(payment)
    session.flush()
    charge = Charge(
        key=f"payment-{payment.id}",
        status="captured",
        reference=payment.reference,
        amount=order.total,
        currency=order.currency,
        created_at=now,
        updated_at=now,
        token=token,
        capture=True,
        captured_amount=order.total,
        refunded_amount=0,
    )
    session.add(charge)
    session.flush()
    session.add(
        Notice(
            id=f"evt_{uuid4().hex[:24]}",
            charge_key=charge.key,
            payload={"type": "captured", "data": {"paymentKey": charge.key}},
            due_at=now,
            attempts=0,
            deliveries=0,
        )
    )
    return payment


def _note(
    session: Session,
    order: Any,
    payment: Any,
    stock: list[Stock],
    quantities: dict[UUID, int],
    now: dt.datetime,
) -> None:
    for item in stock:
        quantity = quantities[item.offer_id]
        movement = Movement(
            id=uuid4(),
            offer_id=item.offer_id,
            location=0,
            kind="allocated",
            quantity=quantity,
            on_hand=item.on_hand,
            allocated=item.allocated + quantity,
            order_id=order.id,
            occurred_at=now,
        )
        session.add(movement)
        # Not the sum itself: pgbench repeats this statement.
        item.allocated = Stock.allocated + quantity
    for position, (kind, by) in enumerate((("placed", "buyer"), ("paymentCaptured", "system")), 1):
        entry = Entry(
            position=position, kind=kind, by=by, amount=order.total, lines={}, occurred_at=now
        )
        order.timeline.append(entry)
    session.add(
        Event(
            id=uuid4(),
            type="OrderPlaced",
            payload={"order_id": str(order.id), "number": order.number},
            occurred_at=now,
            attempts=0,
            next_attempt_at=now,
        )
    )
