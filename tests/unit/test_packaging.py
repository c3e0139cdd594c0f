"""The wheel holds what the tree holds."""

import configparser
import fnmatch
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def config() -> configparser.RawConfigParser:
    parser = configparser.RawConfigParser()
    parser.read(ROOT / "setup.cfg", encoding="utf-8")
    return parser


def packages_in(folder: Path, name: str) -> set[str]:
    return {
        ".".join((name, *path.parent.relative_to(folder).parts)) for path in folder.rglob("*.py")
    }


def test_every_package_of_the_tree_is_listed(config: configparser.RawConfigParser) -> None:
    listed = config["options"]["packages"].split()

    assert listed == sorted(set(listed))
    assert set(listed) == packages_in(ROOT / "marketplace", "marketplace") | packages_in(
        ROOT / "migrations", "marketplace.migrations"
    )


def test_every_data_file_of_the_tree_is_packaged(config: configparser.RawConfigParser) -> None:
    patterns = [
        pattern.strip() for pattern in config["options.package_data"]["*"].strip().split(",")
    ]
    packages = {
        path.parent
        for top in ("marketplace", "migrations")
        for path in (ROOT / top).rglob("*.py")
        if "__pycache__" not in path.parts
    }

    def is_packaged(path: Path) -> bool:
        home = next(parent for parent in path.parents if parent in packages)
        return any(
            fnmatch.fnmatch(path.relative_to(home).as_posix(), pattern) for pattern in patterns
        )

    left_behind = [
        path.relative_to(ROOT).as_posix()
        for top in ("marketplace", "migrations")
        for path in (ROOT / top).rglob("*")
        if path.is_file() and path.suffix not in {".py", ".pyc"} and not is_packaged(path)
    ]

    assert left_behind == []


def test_nothing_in_setup_cfg_is_interpolated() -> None:
    assert "%(" not in (ROOT / "setup.cfg").read_text(encoding="utf-8")
