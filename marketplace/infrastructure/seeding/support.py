"""What products refer to: sellers with their owners, and categories."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

import orjson
import psycopg2.extensions as pg
from psycopg2.extras import execute_values

from marketplace.infrastructure.database.types import definition_document
from marketplace.infrastructure.seeding.plan import (
    OPENED,
    Plan,
    Seller,
    made_id,
    make_plan,
    make_sellers,
)
from marketplace.infrastructure.seeding.tree import Node

TABLES: Final = ("users", "sellers", "seller_members", "categories")
_NOW: Final = datetime.fromtimestamp(OPENED / 1000, UTC)
_HASH: Final = "!"
"""No password has it: nobody signs in."""

_CATEGORIES: Final = """
    INSERT INTO categories
        (id, version, parent_id, name, slug, path, attributes, created_at, updated_at)
    VALUES %s ON CONFLICT (slug) DO NOTHING
"""
_USERS: Final = """
    INSERT INTO users
        (id, version, email, name, password_hash, roles, session_version, created_at, updated_at)
    VALUES %s
"""
_SELLERS: Final = """
    INSERT INTO sellers (id, version, name, slug, description, status, created_at, updated_at)
    VALUES %s
"""
_MEMBERS: Final = "INSERT INTO seller_members (seller_id, user_id, role, created_at) VALUES %s"
_WORDS: Final = """
    INSERT INTO catalogue_words (word, trigrams)
    SELECT found.lexeme, ARRAY(
        SELECT DISTINCT substr('  ' || found.lexeme || ' ', start, 3)
        FROM generate_series(1, length(found.lexeme) + 1) AS start
    )
    FROM (
        SELECT DISTINCT lexeme
        FROM unnest(%s) AS name CROSS JOIN LATERAL unnest(to_tsvector('simple', name))
    ) AS found
    WHERE length(found.lexeme) BETWEEN 3 AND 40 AND found.lexeme !~ '[0-9]'
    ON CONFLICT DO NOTHING
"""


def add_support(
    cursor: pg.cursor, seed: int, sellers: int, first_seller: int, nodes: Sequence[Node]
) -> Plan:
    """Add the sellers, and the categories whose slugs there are not yet. One transaction."""
    made = make_sellers(seed, sellers, first_seller)
    cursor.execute("BEGIN")
    ids = _add_categories(cursor, seed, nodes)
    _add_sellers(cursor, seed, made)
    cursor.execute("COMMIT")
    return make_plan(cursor, seed, made, nodes, ids)


def remove_support(cursor: pg.cursor) -> None:
    """Remove all of it from a database that holds nothing else."""
    for table in ("seller_members", "sellers", "categories"):
        cursor.execute(f"DELETE FROM {table}")  # noqa: S608  constants
    cursor.execute("DELETE FROM users WHERE password_hash = %s", (_HASH,))


def learn_words(cursor: pg.cursor, plan: Plan) -> None:
    """Let corrections know the words that names are made of."""
    names = {piece.text for piece in (*plan.brands, *plan.models)}
    for aisle in plan.aisles:
        names |= {piece.text for piece in (*aisle.traits, *aisle.things)}
    cursor.execute(_WORDS, (sorted(names),))


def _add_categories(cursor: pg.cursor, seed: int, nodes: Sequence[Node]) -> dict[str, UUID]:
    ids = {node.slug: made_id(seed, "4", number) for number, node in enumerate(nodes)}
    cursor.execute("SELECT slug, id FROM categories WHERE slug = ANY(%s)", (list(ids),))
    ids |= {slug: UUID(found) for slug, found in cursor.fetchall()}
    rows: list[tuple[Any, ...]] = []
    for node in nodes:
        parent = str(ids[node.parent]) if node.parent else None
        attributes = orjson.dumps([definition_document(each) for each in node.attributes]).decode()
        place = parent, node.name, node.slug, node.path
        rows.append((str(ids[node.slug]), 1, *place, attributes, _NOW, _NOW))
    execute_values(cursor, _CATEGORIES, rows, page_size=1000)
    return ids


def _add_sellers(cursor: pg.cursor, seed: int, made: Sequence[Seller]) -> None:
    users: list[tuple[Any, ...]] = []
    sellers: list[tuple[Any, ...]] = []
    members: list[tuple[Any, ...]] = []
    for seller in made:
        owner = str(made_id(seed, "6", seller.number))
        email, name = f"owner@{seller.slug}.example", f"Owner of {seller.name}"
        users.append((owner, 1, email, name, _HASH, [], 1, _NOW, _NOW))
        text = f"{seller.name} sells what it likes."
        sellers.append((seller.id, 1, seller.name, seller.slug, text, "approved", _NOW, _NOW))
        members.append((seller.id, owner, "owner", _NOW))
    for statement, rows in ((_USERS, users), (_SELLERS, sellers), (_MEMBERS, members)):
        execute_values(cursor, statement, rows, page_size=1000)
