"""Steps that use cases of the catalogue share. A unit of work that they take is open."""

from collections.abc import Mapping
from typing import TypeVar

from marketplace.application.actor import Actor
from marketplace.application.unit_of_work import UnitOfWork
from marketplace.domain.catalogue.attributes import Attributes, check_attributes
from marketplace.domain.catalogue.product import Product
from marketplace.domain.errors import RuleViolated
from marketplace.domain.shared.ids import CategoryId, ProductId, SellerId
from marketplace.domain.shared.slug import slugify

Value = TypeVar("Value")


def seller_of(actor: Actor, seller_id: SellerId | None) -> SellerId:
    """The seller that `actor` acts for: the one named, else the only one.

    Raises:
        RuleViolated: `seller_required`; `unknown_seller` for somebody else's.
        Forbidden: the actor only reads there.
    """
    if seller_id is None:
        if len(actor.sellers) != 1:
            raise RuleViolated(
                "seller_required",
                "Say which seller: your account does not belong to exactly one.",
                field="/sellerId",
            )
        seller_id = next(iter(actor.sellers))
    elif not actor.reads(seller_id):
        raise RuleViolated(
            "unknown_seller", "Your account does not belong to this seller.", field="/sellerId"
        )
    actor.require_manager(seller_id, what="seller", key=seller_id, visible=True)
    return seller_id


def managed_product(uow: UnitOfWork, actor: Actor, key: ProductId | str) -> Product:
    """Raises `NotFound` or `Forbidden`."""
    product = uow.products.get(key)
    actor.require_manager(product.seller_id, what="product", key=key, visible=product.is_public)
    return product


def check_category(uow: UnitOfWork, category_id: CategoryId, attributes: Attributes) -> None:
    """Raises `RuleViolated`: `unknown_category`, or `invalid_attribute` where it refuses them."""
    category = uow.categories.find(category_id)
    if category is None:
        raise RuleViolated("unknown_category", "There is no such category.", field="/categoryId")
    check_attributes(uow.categories.attributes_of(category), attributes)


def rename(uow: UnitOfWork, product: Product, name_before: str) -> None:
    """Let the slug follow the name."""
    if product.name == name_before:
        return
    slug = uow.products.free_slug(slugify(product.name, fallback="product"), holder=product.id)
    if slug != product.slug:
        uow.products.move(product, slug)


def merged(
    before: Mapping[str, Value], patch: Mapping[str, Value | None] | None, *, clear: bool
) -> dict[str, Value]:
    """`before`, or nothing if `clear`, with the entries of `patch`; None as a value removes one."""
    result = {} if clear else dict(before)
    for name, value in (patch or {}).items():
        if value is None:
            result.pop(name, None)
        else:
            result[name] = value
    return result
