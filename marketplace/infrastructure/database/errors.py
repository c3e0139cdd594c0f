"""What the database refuses, as the errors of the domain. All of it is decided here.

Anything that is not listed is a fault of ours and passes through as it is.
"""

from collections.abc import Mapping

import psycopg2
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm.exc import StaleDataError

from marketplace.domain.errors import (
    Conflict,
    MarketplaceError,
    RuleViolated,
    Stale,
    Unavailable,
)

UNIQUE_VIOLATION = "23505"
FOREIGN_KEY_VIOLATION = "23503"
LOCK_NOT_AVAILABLE = "55P03"
VICTIMS = frozenset({"40001", "40P01"})
# By the first two characters: connection lost, resources used up, operator intervened.
UNAVAILABLE_CLASSES = frozenset({"08", "53", "57"})
DATA_EXCEPTION_CLASS = "22"
LIMIT_EXCEEDED_CLASS = "54"
# A query of words that nests too deeply has no state of its own.
INTERNAL_ERROR = "XX000"
TOO_DEEP = "tsquery stack too small"

# Constraint -> code, detail and the field at fault. One place for all constraints that a client
# can run into.
CONFLICTS: Mapping[str, tuple[str, str, str | None]] = {
    "uq_users_email": ("email_taken", "An account with this address exists.", "/email"),
    "uq_sellers_slug": ("slug_taken", "Another seller has this slug.", "/slug"),
    "uq_categories_slug": ("slug_taken", "Another category has this slug.", "/slug"),
    "uq_products_slug": ("slug_taken", "Another product has this slug.", "/slug"),
    "uq_offers_live_sku": ("sku_taken", "The seller uses this SKU already.", None),
    "uq_offers_live_variant": (
        "offer_exists",
        "The seller offers this variant in this condition already.",
        None,
    ),
    "pk_product_handles": ("handle_taken", "Another product has this handle.", None),
    "pk_seller_members": ("already_member", "This account is a member already.", None),
    "uq_orders_cart": (
        "checkout_in_progress",
        "This cart is being ordered already.",
        None,
    ),
    "uq_payments_live": ("payment_exists", "The order has a live payment already.", None),
}

# A foreign key is violated from both ends. What a DELETE meets: code and detail.
OUTRUN: Mapping[str, str] = {
    "pk_payment_events": "payment",
    "uq_payment_events_answer": "payment",
    "pk_order_events": "order",
}
"""Journals that are appended to: whose next position is taken has not seen what is."""

IN_USE: Mapping[str, tuple[str, str]] = {
    "fk_categories_parent_id": ("category_in_use", "Categories below this one stand in the way."),
    "fk_products_category_id": ("category_in_use", "Products of it stand in the way."),
}
# What everything else meets that refers to a row which has gone meanwhile: code, detail and field.
GONE: Mapping[str, tuple[str, str, str]] = {
    "fk_categories_parent_id": ("unknown_category", "There is no such category.", "/parentId"),
    "fk_products_category_id": ("unknown_category", "There is no such category.", "/categoryId"),
}


class Victim(Unavailable):
    """The database sacrificed this transaction to another; repeated, it may well succeed."""

    def __init__(self) -> None:
        super().__init__("database_busy", "Too many changes at once: try again.")


class translated:  # noqa: N801  a context manager, which a generator would make slow
    """Turns what the database layer raises inside into the domain's errors."""

    def __enter__(self) -> None:
        """Nothing has to be prepared."""

    def __exit__(self, _: object, error: BaseException | None, __: object) -> None:
        if isinstance(error, (DBAPIError, PoolTimeout, StaleDataError)):
            known = translate(error)
            if known is not None:
                raise known from error


def translate(error: Exception) -> MarketplaceError | None:
    """The domain's word for `error`; None if it has none."""
    if isinstance(error, StaleDataError):
        return Stale()
    if isinstance(error, PoolTimeout):
        return _unavailable()
    if not isinstance(error, DBAPIError):
        return None
    if error.connection_invalidated:
        return _unavailable()
    state = sqlstate(error)
    if state is None:
        # Without a state the error is of the connection: refused, reset, timed out.
        lost = isinstance(error.orig, psycopg2.OperationalError)
        return _unavailable() if lost else None
    return _by_state(state, error)


def sqlstate(error: Exception) -> str | None:
    original = getattr(error, "orig", None)
    return original.pgcode if isinstance(original, psycopg2.Error) else None


def constraint(error: DBAPIError) -> str | None:
    original = error.orig
    return original.diag.constraint_name if isinstance(original, psycopg2.Error) else None


def _by_state(state: str, error: DBAPIError) -> MarketplaceError | None:
    if state == UNIQUE_VIOLATION:
        name = constraint(error) or ""
        return Stale(OUTRUN[name]) if name in OUTRUN else _conflict(name)
    if state == FOREIGN_KEY_VIOLATION:
        deleting = (error.statement or "").lstrip().upper().startswith("DELETE")
        return _still_used(constraint(error)) if deleting else _gone(constraint(error))
    if state in VICTIMS:
        return Victim()
    if state[:2] in UNAVAILABLE_CLASSES or state == LOCK_NOT_AVAILABLE:
        return _unavailable()
    if state[:2] == DATA_EXCEPTION_CLASS:
        return RuleViolated("invalid_value", "A value is out of the range that can be stored.")
    too_deep = state == INTERNAL_ERROR and TOO_DEEP in str(error.orig)
    if too_deep or state[:2] == LIMIT_EXCEEDED_CLASS:
        return RuleViolated("invalid_value", "A value is more than can be dealt with.")
    return None


def _conflict(name: str | None) -> Conflict | None:
    found = CONFLICTS.get(name or "")
    if found is None:
        return None
    code, detail, field = found
    return Conflict(code, detail, **({"field": field} if field else {}))


def _still_used(name: str | None) -> Conflict | None:
    found = IN_USE.get(name or "")
    return Conflict(*found) if found else None


def _gone(name: str | None) -> RuleViolated | None:
    found = GONE.get(name or "")
    if found is None:
        return None
    code, detail, field = found
    return RuleViolated(code, detail, field=field)


def _unavailable() -> Unavailable:
    return Unavailable("database_unavailable", "The database does not answer now: try again.")
