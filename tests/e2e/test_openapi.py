"""The OpenAPI document is valid, committed, and the same wherever it is asked for."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import httpx
import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from tests.processes import CLI, ROOT, environment, run

SNAPSHOT = ROOT / "docs" / "openapi.json"


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(SNAPSHOT.read_text(encoding="utf-8"))
    return loaded


def test_it_is_valid(document: dict[str, Any]) -> None:
    assert document["openapi"].startswith("3.1.")
    assert [str(error) for error in OpenAPIV31SpecValidator(document).iter_errors()] == []


def test_the_snapshot_is_what_the_command_prints(tmp_path: Path) -> None:
    printed = run(*CLI, "openapi", env=environment("postgresql://nowhere/none"))

    assert printed.returncode == 0, printed.stderr
    assert printed.stdout == SNAPSHOT.read_text(encoding="utf-8"), (
        "the API changed; if that is meant: marketplace openapi > docs/openapi.json"
    )


def test_the_server_serves_the_snapshot(live_server: str, document: dict[str, Any]) -> None:
    assert httpx.get(f"{live_server}/openapi.json").json() == document


def test_operation_ids_are_there_and_unique(document: dict[str, Any]) -> None:
    ids = [
        operation.get("operationId")
        for methods in document["paths"].values()
        for method, operation in methods.items()
        if method in {"get", "post", "put", "patch", "delete"}
    ]
    assert None not in ids
    assert [name for name, count in Counter(ids).items() if count > 1] == []
