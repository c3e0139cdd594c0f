import pytest

from tests.unit.application.shop import Shop
from tests.unit.application.till import Till
from tests.unit.application.warehouse import Warehouse


@pytest.fixture
def shop() -> Shop:
    return Shop()


@pytest.fixture
def warehouse(shop: Shop) -> Warehouse:
    """Nothing of the order of its till is shipped."""
    return Warehouse(Till.of(shop))
