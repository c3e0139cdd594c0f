"""What stands still while listings are rebuilt, so that none is made of what was true before.

Whoever rebuilds the listing of a product holds the product, and shares the sellers and the
categories that the listing speaks of. Whoever changes a seller or a category holds that row from
before the change on, then waits for all others who do so, and rebuilds the listings last. Nobody
waits for one of these rows, or for a product, once it has written a listing; so none wait for
each other.

Each lock is a statement of its own: the next one sees what whoever held the lock has committed.
"""

from collections.abc import Collection

from sqlalchemy import text

from marketplace.domain.shared.ids import CategoryId, ProductId
from marketplace.infrastructure.database.transaction import Transaction

_PRODUCTS = text(
    """
    SELECT id FROM products WHERE id = ANY(CAST(:products AS uuid[]))
    ORDER BY id FOR NO KEY UPDATE
    """
)
# Withdrawn offers too: whoever withdrew one a moment ago has to be seen by its seller.
_SELLERS = text(
    """
    SELECT id FROM sellers
    WHERE id IN (
        SELECT seller_id FROM products WHERE id = ANY(CAST(:products AS uuid[]))
        UNION SELECT seller_id FROM offers WHERE product_id = ANY(CAST(:products AS uuid[]))
    )
    ORDER BY id FOR SHARE
    """
)
# From the root on, as those who move a category hold what is below it.
_CATEGORIES = text(
    """
    SELECT id FROM categories
    WHERE id = ANY(CAST(:left AS uuid[]))
        OR id IN (SELECT category_id FROM products WHERE id = ANY(CAST(:products AS uuid[])))
    ORDER BY length(path), id FOR SHARE
    """
)
_ALL_SELLERS = text("SELECT id FROM sellers ORDER BY id FOR NO KEY UPDATE")
_ONE_AT_A_TIME = text("SELECT pg_advisory_xact_lock(hashtextextended('listings', 0))")


def hold_products(
    transaction: Transaction, product_ids: Collection[ProductId], left: Collection[CategoryId]
) -> None:
    """Before listings of these products are rebuilt. `left` are categories they were in until
    now: whoever changes one of those would list them there again."""
    products = sorted(product_ids)
    transaction.read(_PRODUCTS, {"products": products})
    transaction.read(_SELLERS, {"products": products})
    transaction.read(_CATEGORIES, {"products": products, "left": list(left)})


def hold_all_sellers(transaction: Transaction) -> None:
    """Before all listings are rebuilt: every product has a seller."""
    transaction.read(_ALL_SELLERS)


def one_at_a_time(transaction: Transaction) -> None:
    """Before listings are rebuilt of whatever a seller or a category has: what one such
    transaction changes, the other reads. The row that was changed is held already."""
    transaction.read(_ONE_AT_A_TIME)
