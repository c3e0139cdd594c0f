import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO
from uuid import UUID

import click
import pytest
from click.testing import CliRunner, Result

from marketplace.application.imports.queries import ImportView
from marketplace.domain.imports.product_import import ImportStatus, RowError
from marketplace.domain.shared.ids import ImportId, SellerId
from marketplace.presentation.cli import commands
from marketplace.presentation.cli.program import Demo, Program, Refused, Seeding

DOCUMENT = {
    "paths": {
        "/api/v1/orders": {
            "parameters": [],
            "get": {"operationId": "listOrders", "x-policy": "signed in"},
            "post": {"operationId": "placeOrder", "x-policy": "signed in"},
        },
        "/api/v1/meta": {"get": {"operationId": "getMeta", "x-policy": "public"}},
    }
}


def no_database(directory: Path, reset: bool) -> AbstractContextManager[str]:
    raise Refused(["The embedded PostgreSQL is not installed."])


def refuse() -> None:
    raise Refused(["A is wrong. Fix: mend A.", "B is wrong. Fix: mend B."])


@pytest.fixture
def appointed() -> list[tuple[str, str, str]]:
    return []


@pytest.fixture
def program(appointed: list[tuple[str, str, str]]) -> Program:
    return Program(
        faults=list,
        serve=refuse,
        work=refuse,
        migrate=lambda: "0001",
        reindex=refuse,
        rebuild_analytics=lambda: 3,
        analytics_differences=list,
        seed=lambda wanted, progress: progress("products", wanted.products),
        document=lambda: DOCUMENT,
        import_products=lambda *file: iter(()),
        export_products=lambda seller: (0, iter(())),
        appoint=lambda *who: appointed.append(who),
        demo=Demo(
            database=no_database,
            prepare=lambda url, directory: None,
            environment=lambda url, directory, host: {},
            processes={},
            accounts={},
            order={},
        ),
    )


def call(program: Program, *arguments: str, **options: Any) -> Result:
    group = click.Group(commands={str(each.name): each for each in commands.build(program)})
    return CliRunner().invoke(group, arguments, **options)


def test_what_analytics_keep_is_counted_anew(program: Program) -> None:
    result = call(program, "rebuild-analytics")
    assert (result.exit_code, result.stdout) == (0, "3 rows were wrong, none is now.\n")


def test_what_analytics_keep_is_held_against_the_orders(program: Program) -> None:
    assert call(program, "rebuild-analytics", "--check").exit_code == 0

    wrong = replace(program, analytics_differences=lambda: ["sales_facts: units is 1 instead of 2"])
    result = call(wrong, "rebuild-analytics", "--check")

    assert result.exit_code == 1
    assert "- sales_facts: units is 1 instead of 2" in result.stderr


@pytest.mark.parametrize("command", ["serve", "worker"])
def test_a_refusal_names_every_fault_and_fails(program: Program, command: str) -> None:
    result = call(program, command)
    assert result.exit_code == 1
    assert "2 fault(s)" in result.stderr
    assert "- A is wrong. Fix: mend A.\n- B is wrong. Fix: mend B." in result.stderr


def test_check(program: Program) -> None:
    assert call(program, "check").exit_code == 0
    faults: Sequence[str] = ["The database was never migrated. Fix: run `marketplace migrate`."]
    result = call(replace(program, faults=lambda: faults), "check")
    assert result.exit_code == 1
    assert faults[0] in result.stderr


def test_migrate_says_where_it_ended(program: Program) -> None:
    assert "0001" in call(program, "migrate").stdout


def test_seed_says_how_much_it_made(program: Program) -> None:
    result = call(program, "seed", "--products", "7", "--sellers", "2", "--seed", "3")
    assert result.exit_code == 0
    assert result.stdout.startswith("7 products of 2 sellers in ")


def test_seed_makes_the_catalogue_before_the_orders_and_either_alone(program: Program) -> None:
    made: list[tuple[int, int]] = []

    def note(wanted: Seeding, progress: Callable[[str, int], None]) -> None:
        made.append((wanted.products, wanted.orders))

    noting = replace(program, seed=note)
    said = call(noting, "seed", "--products", "7", "--orders", "9").stdout.splitlines()
    assert [line.partition(" in ")[0] for line in said] == ["7 products of 100 sellers", "9 orders"]
    call(noting, "seed", "--products", "0", "--orders", "9")
    assert made == [(7, 0), (0, 9), (0, 9)]


@pytest.mark.parametrize(
    "option", ["--products=0", "--sellers=0", "--orders=-1", "--categories=nowhere.csv"]
)
def test_seed_refuses_what_cannot_be_made(program: Program, option: str) -> None:
    assert call(program, "seed", option).exit_code == 2


def test_openapi_prints_the_document_and_nothing_else(program: Program) -> None:
    assert json.loads(call(program, "openapi").stdout_bytes) == DOCUMENT


def test_routes_prints_every_operation_and_who_may_call_it(program: Program) -> None:
    lines = [line.split() for line in call(program, "routes").stdout.splitlines()]
    assert ["GET", "/api/v1/meta", "getMeta", "public"] in lines
    assert ["POST", "/api/v1/orders", "placeOrder", "signed", "in"] in lines


def test_create_admin_takes_the_password_from_an_option_or_asks(
    program: Program, appointed: list[tuple[str, str, str]]
) -> None:
    call(program, "users", "create-admin", "a@b.example", "--password", "long enough")
    typed = "long enough too\nlong enough too\n"
    asked = call(program, "users", "create-admin", "c@d.example", "--name", "Cid", input=typed)
    assert "long enough too" not in asked.output
    assert appointed == [
        ("a@b.example", "Administrator", "long enough"),
        ("c@d.example", "Cid", "long enough too"),
    ]


@pytest.mark.parametrize(
    ("email", "password"), [("no address", "long enough"), ("a@b.example", "short")]
)
def test_create_admin_refuses_what_could_not_sign_in(
    program: Program, appointed: list[tuple[str, str, str]], email: str, password: str
) -> None:
    result = call(program, "users", "create-admin", email, "--password", password)
    assert result.exit_code == 2
    assert appointed == []


def test_the_demo_says_what_is_missing(program: Program, tmp_path: Path) -> None:
    result = call(program, "demo", "--data-dir", str(tmp_path))
    assert result.exit_code == 1
    assert "not installed" in result.stderr


def an_import(**values: Any) -> ImportView:
    view = ImportView(
        id=ImportId(UUID(int=1)),
        seller_id=SellerId(UUID(int=2)),
        status=ImportStatus.COMPLETED,
        reason=None,
        currency="EUR",
        dry_run=True,
        rows=3,
        created=3,
        updated=0,
        unchanged=0,
        failed=0,
        ignored_columns=("Vendor",),
        errors=(),
        created_at=datetime(2026, 3, 1, tzinfo=UTC),
        finished_at=datetime(2026, 3, 1, tzinfo=UTC),
    )
    return replace(view, **values)


def import_file(program: Program, path: Path, *views: ImportView) -> Result:
    asked = []

    def imported(source: BinaryIO, *more: object) -> Iterator[ImportView]:
        asked.append((source.read(), *more))
        yield from views

    path.write_bytes(b"Handle")
    program = replace(program, import_products=imported)
    result = call(program, "import", str(path), "--seller", "s", "--currency", "eur", "--dry-run")
    assert asked == [(b"Handle", "s", "EUR", True)]
    return result


def test_import_says_what_became_of_the_rows(program: Program, tmp_path: Path) -> None:
    result = import_file(program, tmp_path / "a.csv", an_import(created=1), an_import())

    assert result.exit_code == 0
    assert "3 rows: 3 created, 0 updated, 0 unchanged, 0 failed (dry run" in result.stdout
    assert "Vendor" in result.stdout


def test_import_fails_where_a_row_is_wrong(program: Program, tmp_path: Path) -> None:
    error = RowError(row=3, pointer="/Variant Price", code="invalid_price", message="No [price].")
    result = import_file(program, tmp_path / "a.csv", an_import(failed=1, errors=[error]))

    assert result.exit_code == 1
    assert "No [price]." in result.stderr


def test_import_fails_with_its_reason(program: Program, tmp_path: Path) -> None:
    failed = an_import(status=ImportStatus.FAILED, reason="It was eaten.")

    result = import_file(program, tmp_path / "a.csv", failed)

    assert result.exit_code == 1
    assert "It was eaten." in result.stderr


def test_export_writes_a_file_or_to_where_the_output_goes(program: Program, tmp_path: Path) -> None:
    program = replace(
        program, export_products=lambda seller: (1, iter([("Handle\r\n", 0), ("ü\r\n", 1)]))
    )
    file = tmp_path / "a.csv"

    assert call(program, "export", str(file), "--seller", "s").exit_code == 0
    assert file.read_bytes() == "Handle\r\nü\r\n".encode()
    assert call(program, "export", "--seller", "s").stdout_bytes == file.read_bytes()
