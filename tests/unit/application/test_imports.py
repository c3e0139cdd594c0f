"""Imports: what crashes, races and repetitions leave."""

from collections.abc import Sequence
from io import BytesIO
from uuid import UUID

import pytest

from marketplace.application.imports import placing, running
from marketplace.application.imports.batch import Placing
from marketplace.application.imports.columns import Header
from marketplace.application.imports.commands import RequestImportAsOperator
from marketplace.application.imports.refusals import RowsRefused, of_row
from marketplace.application.imports.running import work_on_imports
from marketplace.application.imports.services import request_import_as_operator
from marketplace.application.imports.wanted import Wanted
from marketplace.application.unit_of_work import UnitOfWork
from marketplace.domain.catalogue.product import ProductStatus
from marketplace.domain.errors import Conflict, RuleViolated, Unavailable
from marketplace.domain.imports.product_import import LEASE, MOST_ATTEMPTS, ImportStatus
from marketplace.domain.shared.ids import ImportId
from tests.factories import a_category, a_seller, a_user, new_id
from tests.fakes import FakeClock, FakeDatabase

HEADER = "Handle,Title,Product Category,Variant SKU,Variant Inventory Qty,Variant Price,Status\n"


class Killed(BaseException):
    """What no code expects."""


class Desk:
    def __init__(self) -> None:
        self.clock = FakeClock()
        self.database = FakeDatabase(self.clock)
        user = a_user()
        seller = a_seller(user, slug="seller")
        with self.database.unit_of_work() as uow:
            uow.users.add(user)
            uow.sellers.add(seller)
            uow.categories.add(a_category(name="Books"))
            uow.commit()

    def request(self, rows: str, *, header: str = HEADER, dry_run: bool = False) -> ImportId:
        command = RequestImportAsOperator(
            import_id=ImportId(new_id()),
            source=BytesIO((header + rows).encode()),
            seller="seller",
            currency="EUR",
            decimals=2,
            dry_run=dry_run,
        )
        return request_import_as_operator(self.database.unit_of_work(), command)

    def work(self, ids: object = new_id, *, moderation: bool = True) -> int:
        return work_on_imports(
            self.database.unit_of_work(),
            moderation=moderation,
            new_id=ids,  # type: ignore[arg-type]
        )

    def counts(self, import_id: ImportId) -> tuple[int, int, int, int]:
        found = self.database.state.imports[import_id]
        return found.created, found.updated, found.unchanged, found.failed

    def run(self, rows: str, *, dry_run: bool = False) -> tuple[int, int, int, int]:
        import_id = self.request(rows, dry_run=dry_run)
        while self.work():
            pass
        assert self.database.state.imports[import_id].status is ImportStatus.COMPLETED
        return self.counts(import_id)


@pytest.fixture
def desk() -> Desk:
    return Desk()


def products(number: int) -> str:
    return "".join(
        f"p-{each},Product {each},Books,s-{each},1,1.00,active\n" for each in range(number)
    )


def killer(after: int) -> object:
    """Makes ids, until the process is killed."""
    left = after

    def make() -> UUID:
        nonlocal left
        left -= 1
        if left < 0:
            raise Killed
        return new_id()

    return make


@pytest.mark.parametrize("after", [0, 1, 4, 9, 10, 29])
def test_a_killed_worker_is_followed_by_another(desk: Desk, after: int) -> None:
    import_id = desk.request(products(10))
    with pytest.raises(Killed):
        desk.work(killer(after))

    assert desk.work() == 0, "the lease is held still"
    desk.clock.advance(seconds=LEASE.total_seconds())
    while desk.work():
        pass

    assert desk.counts(import_id) == (10, 0, 0, 0)
    assert len(desk.database.state.products) == len(desk.database.state.offers) == 10
    assert desk.database.state.import_chunks == {}


def test_whoever_lost_the_lease_changes_nothing(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    import_id = desk.request(products(10))
    place = placing.place
    calls = 0

    def slow(*arguments: object) -> object:
        nonlocal calls
        calls += 1
        if calls == 1:
            desk.clock.advance(seconds=LEASE.total_seconds() + 1)
            while desk.work():
                pass
        return place(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(running, "place", slow)
    assert desk.work() == 0

    assert desk.counts(import_id) == (10, 0, 0, 0)
    assert len(desk.database.state.products) == 10


def test_what_cannot_be_worked_on_is_given_up(desk: Desk) -> None:
    poisoned = desk.request(products(1))
    for _ in range(MOST_ATTEMPTS):
        with pytest.raises(Killed):
            desk.work(killer(0))
        desk.clock.advance(seconds=LEASE.total_seconds())

    assert desk.work() == 0

    found = desk.database.state.imports[poisoned]
    assert found.status is ImportStatus.FAILED
    assert found.reason is not None
    assert desk.run(products(1)) == (1, 0, 0, 0)


def test_a_slice_is_a_part(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "SLICE", 3)
    import_id = desk.request(products(7))

    done = []
    while number := desk.work():
        done.append((number, desk.counts(import_id)[0]))

    assert done == [(3, 3), (3, 6), (1, 7)]


class Recorder:
    """Does what `place` does, and remembers the handles of each transaction."""

    def __init__(self, refused_together: Exception | None = None) -> None:
        self.handles: list[list[str]] = []
        self._refused_together = refused_together
        self._place = placing.place

    def __call__(self, uow: UnitOfWork, everything: Sequence[Wanted], how: Placing) -> object:
        self.handles.append([each.handle for each in everything])
        if self._refused_together is not None and len(everything) > 1:
            raise self._refused_together
        return self._place(uow, everything, how)


def test_new_products_are_made_together(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.run("p-2,Known,Books,known,1,1.00,\n")
    recorder = Recorder()
    monkeypatch.setattr(running, "place", recorder)

    assert desk.run(products(5)) == (4, 1, 0, 0)
    assert recorder.handles == [["p-0", "p-1"], ["p-2"], ["p-3", "p-4"]]


def test_what_depends_on_a_row_before_it_is_done_after_it(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    recorder = Recorder()
    monkeypatch.setattr(running, "place", recorder)
    rows = (
        "a,A,Books,s-1,1,1.00,\nb,B,Books,s-2,1,1.00,\n"
        "c,C,Books,s-1,1,1.00,\na,,,s-3,1,1.00,\nd,D,Books,s-4,1,1.00,\n"
    )

    assert desk.run(rows) == (3, 1, 0, 1)
    assert recorder.handles == [["a", "b"], ["c"], ["a"], ["d"]]
    ((error,),) = desk.database.state.import_errors.values()
    assert (error.row, error.code) == (4, "sku_taken")


def test_bad_rows_spoil_no_others_of_their_transaction(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = products(9)
    for bad in (0, 3, 4, 8):
        rows = rows.replace(f"Product {bad},Books", f"Product {bad},Nowhere")
    recorder = Recorder()
    monkeypatch.setattr(running, "place", recorder)

    assert desk.run(rows) == (5, 0, 0, 4)
    ((*errors,),) = desk.database.state.import_errors.values()
    assert [error.row for error in errors] == [2, 5, 6, 10]
    made = {product.name for product in desk.database.state.products.values()}
    assert made == {f"Product {each}" for each in (1, 2, 5, 6, 7)}
    assert desk.run(rows) == (0, 0, 5, 4)


def test_what_is_refused_at_the_end_is_done_one_by_one(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    recorder = Recorder(refused_together=Conflict("sku_taken", "Somebody was faster."))
    monkeypatch.setattr(running, "place", recorder)

    assert desk.run(products(3)) == (3, 0, 0, 0)
    assert [len(each) for each in recorder.handles] == [3, 1, 1, 1]


@pytest.mark.parametrize("name", ["a:b", "n" * 101])
def test_a_column_is_ignored_where_no_attribute_may_be_called_so(desk: Desk, name: str) -> None:
    good, bad = (f"X (product.metafields.custom.{each})" for each in ("n" * 100, name))
    header = HEADER.replace("\n", f',{good},"{bad}"\n')

    import_id = desk.request("p,P,Books,s,1,1.00,draft,this,that\n", header=header)
    desk.work()

    assert desk.counts(import_id) == (1, 0, 0, 0)
    assert Header.read(["Handle", good, bad]).ignored == [bad]
    (product,) = desk.database.state.products.values()
    assert product.attributes == {"n" * 100: "this"}


@pytest.mark.parametrize(
    ("name", "code"),
    [("a:b", "colon_in_name"), ("n" * 101, "too_long"), ("a\vb", "invalid_characters")],
)
@pytest.mark.parametrize("first", ["S", ""])
def test_an_option_is_refused_where_none_may_be_called_so(
    desk: Desk, name: str, code: str, first: str
) -> None:
    """Be it called so in its own row, or in one above that has no value."""
    header = HEADER.replace("\n", ",Option1 Name,Option1 Value\n")
    offer = "s-0,1,1.00" if first else ",,"
    rows = f"p,P,Books,{offer},draft,{name},{first}\np,,,s-1,1,1.00,,,M\n"

    desk.request(rows, header=header)
    desk.work()

    ((*errors,),) = desk.database.state.import_errors.values()
    assert ("/Option1 Name", code) in {(error.pointer, error.code) for error in errors}


def test_large_products_share_no_transaction(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "MOST_CHARACTERS", 80)
    recorder = Recorder()
    monkeypatch.setattr(running, "place", recorder)

    assert desk.run(products(5)) == (5, 0, 0, 0)
    assert [len(each) for each in recorder.handles] == [2, 2, 1]


def test_repetition_changes_nothing(desk: Desk) -> None:
    assert desk.run(products(5)) == (5, 0, 0, 0)
    versions = [each.version for each in desk.database.state.products.values()]
    events = len(desk.database.events)

    assert desk.run(products(5)) == (0, 0, 5, 0)
    assert [each.version for each in desk.database.state.products.values()] == versions
    assert len(desk.database.events) == events + 2, "those of the import itself"


def test_the_last_of_equal_rows_counts(desk: Desk) -> None:
    rows = "a,First,Books,s,1,1.00,\nb,Between,Books,t,1,1.00,\na,Last,Books,s,2,2.00,\n"

    assert desk.run(rows) == (2, 0, 1, 0)
    assert desk.run(rows) == (0, 0, 3, 0)
    named = {each.name for each in desk.database.state.products.values()}
    assert named == {"Last", "Between"}


def test_a_dry_run_leaves_nothing(desk: Desk) -> None:
    assert desk.run(products(3), dry_run=True) == (3, 0, 0, 0)
    assert desk.database.state.products == {}
    assert desk.run(products(3)) == (3, 0, 0, 0)


def test_without_moderation_active_is_published(desk: Desk) -> None:
    desk.request(products(1))
    while desk.work(moderation=False):
        pass

    (product,) = desk.database.state.products.values()
    assert product.status is ProductStatus.PUBLISHED
    assert list(desk.database.state.listings) == [product.id]


def test_a_count_of_stock_below_what_is_allocated_is_an_error(desk: Desk) -> None:
    desk.run("a,A,Books,s,5,1.00,\n")
    (item,) = desk.database.state.stock.values()
    item.allocated = 3

    assert desk.run("a,A,Books,s,2,1.00,\n") == (0, 0, 0, 1)
    ((error,),) = desk.database.state.import_errors.values()
    assert (error.row, error.pointer, error.code) == (
        2,
        "/Variant Inventory Qty",
        "stock_allocated",
    )
    assert desk.run("a,A,Books,s,3,1.00,\n") == (0, 1, 0, 0)


def test_an_archived_product_is_not_edited(desk: Desk) -> None:
    desk.request(products(1))
    while desk.work(moderation=False):
        pass
    archived = products(1).replace("active", "archived")

    assert desk.run(archived) == (0, 1, 0, 0)
    assert desk.run(archived) == (0, 0, 1, 0)
    assert desk.run(archived.replace("Product", "Renamed")) == (0, 0, 0, 1)
    assert desk.run(products(1)) == (0, 0, 0, 1)


def test_a_database_that_is_away_ends_nothing(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    import_id = desk.request(products(3))

    def away(*_: object) -> object:
        raise Unavailable("database_unavailable", "Try again.")

    with monkeypatch.context() as patched:
        patched.setattr(running, "place", away)
        with pytest.raises(Unavailable):
            desk.work()
    desk.clock.advance(seconds=LEASE.total_seconds())
    while desk.work():
        pass

    assert desk.counts(import_id) == (3, 0, 0, 0)


@pytest.mark.parametrize(
    "header", ["", "Title,Tags\n", "Handle,Handle\n", "Handle;Title\n", "Handle,a\vb\n"]
)
def test_a_file_without_a_header_is_refused(desk: Desk, header: str) -> None:
    with pytest.raises(RuleViolated) as refused:
        desk.request("", header=header)
    assert refused.value.code == "invalid_csv"
    assert desk.database.state.imports == {}


@pytest.mark.parametrize(
    ("field", "pointer"),
    [
        ("/tags/1", "/Tags"),
        ("/variants/0/options/price", "/Option1 Value"),
        ("/attributes/price", "/price (product.metafields.custom.price)"),
        ("/slug", ""),
    ],
)
def test_an_error_of_a_row_names_the_column(field: str, pointer: str) -> None:
    with pytest.raises(RowsRefused) as refused, of_row(2):
        raise RuleViolated("invalid_text", "Blank.", field=field)
    assert [error.pointer for error in refused.value.errors] == [pointer]
