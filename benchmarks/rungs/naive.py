"""The way that most tutorials show: ORM entities, and marshmallow that walks them."""

import os
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import datetime
from typing import Any
from uuid import UUID

import marshmallow as ma
import orjson
from flask import Flask, Response, jsonify, request
from sqlalchemy import ForeignKey, Text, create_engine, select, tuple_
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import (
    DeclarativeBase,
    Mapped,
    Session,
    joinedload,
    mapped_column,
    relationship,
    selectinload,
)

app = Flask("naive", static_folder=None)
_engine = create_engine(os.environ["BENCH_URL"])
_LIMIT = 50


class Base(DeclarativeBase):
    pass


class Category(Base):
    __tablename__ = "categories"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str]
    slug: Mapped[str]
    path: Mapped[str]


class Seller(Base):
    __tablename__ = "sellers"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str]
    slug: Mapped[str]
    status: Mapped[str]


class Stock(Base):
    __tablename__ = "stock_items"
    offer_id: Mapped[UUID] = mapped_column(ForeignKey("offers.id"), primary_key=True)
    on_hand: Mapped[int]
    allocated: Mapped[int]


class Offer(Base):
    __tablename__ = "offers"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    product_id: Mapped[UUID] = mapped_column(ForeignKey("products.id"))
    variant_id: Mapped[UUID] = mapped_column(ForeignKey("variants.id"))
    seller_id: Mapped[UUID] = mapped_column(ForeignKey("sellers.id"))
    sku: Mapped[str]
    price_amount: Mapped[int]
    price_currency: Mapped[str]
    compare_at_amount: Mapped[int | None]
    compare_at_currency: Mapped[str | None]
    condition: Mapped[str]
    withdrawn_at: Mapped[datetime | None]
    seller: Mapped[Seller] = relationship()
    stock: Mapped[Stock] = relationship()

    @property
    def available(self) -> int:
        return self.stock.on_hand - self.stock.allocated

    @property
    def price(self) -> dict[str, Any]:
        return {"amount": self.price_amount, "currency": self.price_currency}

    @property
    def compare_at_price(self) -> dict[str, Any] | None:
        if self.compare_at_amount is None:
            return None
        return {"amount": self.compare_at_amount, "currency": self.compare_at_currency}


class Variant(Base):
    __tablename__ = "variants"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    product_id: Mapped[UUID] = mapped_column(ForeignKey("products.id"))
    position: Mapped[int]
    options: Mapped[dict[str, Any]] = mapped_column(JSONB)
    barcode: Mapped[str | None]
    weight: Mapped[int | None]
    # The index on offers of a variant is one of live ones.
    offers: Mapped[list[Offer]] = relationship(
        primaryjoin="and_(Variant.id == Offer.variant_id, Offer.withdrawn_at.is_(None))",
        order_by=Offer.price_amount,
        viewonly=True,
    )


class Product(Base):
    __tablename__ = "products"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    slug: Mapped[str]
    name: Mapped[str]
    description: Mapped[str]
    attributes: Mapped[dict[str, Any]] = mapped_column(JSONB)
    tags: Mapped[list[str]] = mapped_column(ARRAY(Text))
    status: Mapped[str]
    version: Mapped[int]
    created_at: Mapped[datetime]
    cover: Mapped[str | None]
    seller_id: Mapped[UUID] = mapped_column(ForeignKey("sellers.id"))
    category_id: Mapped[UUID] = mapped_column(ForeignKey("categories.id"))
    category: Mapped[Category] = relationship()
    variants: Mapped[list[Variant]] = relationship(order_by=Variant.position)

    @property
    def offers(self) -> list[Offer]:
        return [
            offer
            for variant in self.variants
            for offer in variant.offers
            if offer.seller.status == "approved"
        ]

    @property
    def best(self) -> Offer:
        return min(self.offers, key=lambda offer: (offer.available <= 0, offer.price_amount))

    @property
    def price_from(self) -> dict[str, Any]:
        return self.best.price

    @property
    def offer_count(self) -> int:
        return len(self.offers)

    @property
    def in_stock(self) -> bool:
        return self.best.available > 0


class Listing(Base):
    __tablename__ = "product_listings"
    product_id: Mapped[UUID] = mapped_column(ForeignKey("products.id"), primary_key=True)
    terms: Mapped[list[str]] = mapped_column(ARRAY(Text))
    in_stock: Mapped[bool]
    price_amount: Mapped[int]
    price_currency: Mapped[str]
    created_at: Mapped[datetime]


class RefSchema(ma.Schema):
    id = ma.fields.UUID()
    name = ma.fields.String()
    slug = ma.fields.String()


class CategorySchema(RefSchema):
    path = ma.fields.String()


class MoneySchema(ma.Schema):
    amount = ma.fields.Integer()
    currency = ma.fields.String()


class SummarySchema(ma.Schema):
    id = ma.fields.UUID()
    slug = ma.fields.String()
    name = ma.fields.String()
    category = ma.fields.Nested(CategorySchema)
    image = ma.fields.String(attribute="cover")
    price_from = ma.fields.Nested(MoneySchema, data_key="priceFrom")
    offer_count = ma.fields.Integer(data_key="offerCount")
    in_stock = ma.fields.Boolean(data_key="inStock")
    rating = ma.fields.Constant(None)
    status = ma.fields.String()
    version = ma.fields.Integer()
    created_at = ma.fields.DateTime(data_key="createdAt")


class OfferSchema(ma.Schema):
    id = ma.fields.UUID()
    seller = ma.fields.Nested(RefSchema)
    sku = ma.fields.String()
    price = ma.fields.Nested(MoneySchema)
    compare_at_price = ma.fields.Nested(MoneySchema, data_key="compareAtPrice")
    condition = ma.fields.String()
    available = ma.fields.Integer()


class VariantSchema(ma.Schema):
    id = ma.fields.UUID()
    options = ma.fields.Dict()
    barcode = ma.fields.String()
    weight = ma.fields.Integer()
    offers = ma.fields.List(ma.fields.Nested(OfferSchema))


class ProductSchema(SummarySchema):
    seller_id = ma.fields.UUID(data_key="sellerId")
    description = ma.fields.String()
    attributes = ma.fields.Dict()
    tags = ma.fields.List(ma.fields.String())
    variants = ma.fields.List(ma.fields.Nested(VariantSchema))


_OFFERS = selectinload(Product.variants).selectinload(Variant.offers)
_WITH_ALL = (
    joinedload(Product.category),
    _OFFERS.joinedload(Offer.seller),
    _OFFERS.joinedload(Offer.stock),
)


@app.get("/api/v1/products")
def page() -> Response:
    statement = (
        select(Product)
        .join(Listing, Listing.product_id == Product.id)
        .where(
            Listing.terms.contains([f"category:{request.args['category']}"]),
            Listing.in_stock,
            Listing.price_currency == request.args["currency"],
            Listing.price_amount >= int(request.args["minPrice"]),
        )
        .order_by(Listing.created_at.desc(), Listing.product_id.desc())
        .limit(_LIMIT + 1)
        .options(*_WITH_ALL)
    )
    if cursor := request.args.get("cursor"):
        *_, instant, key = orjson.loads(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        start = datetime.fromisoformat(instant), UUID(key)
        statement = statement.where(tuple_(Listing.created_at, Listing.product_id) < start)
    with Session(_engine) as session:
        found = list(session.scalars(statement))
        items = SummarySchema(many=True).dump(found[:_LIMIT])
        last = found[-1]
    following = orjson.dumps(["listings", "newest", False, last.created_at, last.id])
    return jsonify(result=items, page={"next": urlsafe_b64encode(following).decode()})


@app.get("/api/v1/products/<slug>")
def product(slug: str) -> Response:
    with Session(_engine) as session:
        found = session.scalars(select(Product).where(Product.slug == slug)).one()
        return jsonify(result=ProductSchema().dump(found))
