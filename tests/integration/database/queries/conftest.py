"""A reader, something to read, and those who read it."""

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import event

from marketplace.application.actor import Actor
from marketplace.domain.sellers.seller import MemberRole
from marketplace.infrastructure.database.engine import Engines
from marketplace.infrastructure.database.reader import SqlReader, open_reader
from tests.factories import (
    a_seller,
    a_user,
    an_actor,
    an_admin,
)
from tests.integration.database.conftest import NewUow
from tests.integration.database.goods import Goods, stored_goods


@pytest.fixture
def read(engines: Engines) -> Iterator[SqlReader]:
    with open_reader(engines.read) as read:
        yield read


@pytest.fixture
def goods(new_uow: NewUow) -> Goods:
    return stored_goods(new_uow)


@pytest.fixture
def admin() -> Actor:
    return an_actor(an_admin())


@pytest.fixture
def member(goods: Goods) -> Actor:
    return an_actor(goods.user, {goods.seller.id: MemberRole.OWNER})


@pytest.fixture
def stranger() -> Actor:
    return an_actor(a_user())


@pytest.fixture
def other_member() -> Actor:
    return an_actor(a_user(), {a_seller().id: MemberRole.OWNER})


@pytest.fixture
def executed(engines: Engines) -> Iterator[list[str]]:
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        seen.append(statement)

    event.listen(engines.read, "before_cursor_execute", note)
    yield seen
    event.remove(engines.read, "before_cursor_execute", note)
