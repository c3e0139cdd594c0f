"""Reads that pass SQLAlchemy's execution by give the same, and fail the same."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import fields

import pytest
from sqlalchemy import Integer, bindparam, func, literal_column, select, text

from marketplace.application.catalogue.queries import CategoryRef
from marketplace.domain.catalogue.product import ProductStatus
from marketplace.domain.errors import Unavailable
from marketplace.infrastructure.database.engine import Engines
from marketplace.infrastructure.database.queries.connection import ReadConnection
from marketplace.infrastructure.database.queries.making import made
from marketplace.infrastructure.database.queries.prepared import AnySelect
from marketplace.infrastructure.database.tables import products
from tests.factories import a_category
from tests.integration.database.goods import Goods

_ONE: AnySelect = select(products).where(products.c.slug == bindparam("slug"))


@pytest.fixture
def connection(engines: Engines) -> Iterator[ReadConnection]:
    connection = ReadConnection(engines.read)
    yield connection
    connection.close()


def test_rows_are_those_of_sqlalchemy(connection: ReadConnection, goods: Goods) -> None:
    given = {"slug": goods.product.slug}
    [fast] = connection.fetch(_ONE, given)
    [slow] = connection.execute(_ONE, given).all()
    assert tuple(fast) == tuple(slow)
    assert [type(value) for value in fast] == [type(value) for value in slow]
    assert fast.slug == slow.slug
    assert isinstance(fast.status, ProductStatus)


def test_values_are_converted_on_their_way_in(connection: ReadConnection, goods: Goods) -> None:
    status = bindparam("status", type_=products.c.status.type)
    statement: AnySelect = select(products.c.id).where(products.c.status == status)
    expected = connection.execute(statement, {"status": goods.product.status}).all()
    assert connection.fetch(statement, {"status": goods.product.status}) == expected


def test_a_list_in_the_text_is_run_by_sqlalchemy(connection: ReadConnection, goods: Goods) -> None:
    statement: AnySelect = select(products.c.id).where(products.c.slug.in_(bindparam("slugs")))
    assert connection.fetch(statement, {"slugs": [goods.product.slug]}) == [(goods.product.id,)]


def test_a_lost_connection_is_replaced_once(
    connection: ReadConnection, engines: Engines, goods: Goods
) -> None:
    backend: AnySelect = select(func.pg_backend_pid(type_=Integer))
    [(lost,)] = connection.fetch(backend, {})
    with engines.write.connect() as other:
        other.execute(text("SELECT pg_terminate_backend(:pid, 5000)"), {"pid": lost})
    [(found,)] = connection.fetch(backend, {})
    assert found != lost


def test_a_server_that_gives_up_is_unavailable(connection: ReadConnection) -> None:
    connection.execute(text("SET statement_timeout = 50"))
    slow: AnySelect = select(literal_column("pg_sleep(5)"))
    with pytest.raises(Unavailable):
        connection.fetch(slow, {})
    with suppress(Unavailable):
        connection.execute(text("RESET statement_timeout"))


def test_views_made_quickly_are_those_of_their_constructor() -> None:
    category = a_category()
    values = {each.name: getattr(category, each.name) for each in fields(CategoryRef)}
    assert made(CategoryRef, **values) == CategoryRef(**values)
