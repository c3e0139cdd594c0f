"""What is installed runs: the wheel far from the checkout, the checkout under gunicorn."""

import shutil
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.databases import Server
from tests.processes import ROOT, environment, free_port, run, serving

SOURCES = ("marketplace", "migrations", "setup.cfg", "pyproject.toml", "README.md", "LICENSE")


def uv(*arguments: str, cwd: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "uv", *arguments],
        cwd=cwd,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the wheel and the source distribution."""
    checkout = tmp_path_factory.mktemp("sources")
    for name in SOURCES:
        if (ROOT / name).is_dir():
            shutil.copytree(
                ROOT / name, checkout / name, ignore=shutil.ignore_patterns("__pycache__")
            )
        else:
            shutil.copy(ROOT / name, checkout)
    dist = tmp_path_factory.mktemp("dist")
    uv("build", "--quiet", "--out-dir", str(dist), cwd=checkout)
    return dist


@pytest.fixture(scope="module")
def installed(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The bin folder of a virtual environment that holds the wheel and what it requires."""
    [wheel] = built.glob("*.whl")
    folder = tmp_path_factory.mktemp("installed")
    uv("venv", "--quiet", "--python", sys.executable, "venv", cwd=folder)
    python = folder / "venv" / "bin" / "python"
    uv("pip", "install", "--quiet", "--python", str(python), str(wheel), cwd=folder)
    return python.parent


@pytest.fixture
def empty_database(postgres: Server) -> Iterator[str]:
    with postgres.database() as url:
        yield url.render_as_string(hide_password=False)


def test_the_wheel_and_the_source_distribution_hold_every_file(built: Path) -> None:
    expected = {
        path.relative_to(ROOT).as_posix()
        for top in ("marketplace", "migrations")
        for path in (ROOT / top).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    [wheel], [source] = built.glob("*.whl"), built.glob("*.tar.gz")

    in_wheel = set(zipfile.ZipFile(wheel).namelist())
    assert {
        name if name.startswith("marketplace/") else f"marketplace/{name}" for name in expected
    } <= in_wheel

    with tarfile.open(source) as archive:
        assert expected <= {name.partition("/")[2] for name in archive.getnames()}


def test_an_installed_wheel_migrates_checks_and_serves(
    installed: Path, empty_database: str, tmp_path: Path
) -> None:
    marketplace = str(installed / "marketplace")
    port = free_port()
    env = environment(empty_database, PATH="/usr/bin:/bin", PYTHONPATH="")

    unmigrated = run(marketplace, "check", env=env, cwd=tmp_path)
    assert unmigrated.returncode != 0
    assert "marketplace migrate" in unmigrated.stdout + unmigrated.stderr

    migrated = run(marketplace, "migrate", env=env, cwd=tmp_path)
    assert migrated.returncode == 0, migrated.stdout + migrated.stderr
    checked = run(marketplace, "check", env=env, cwd=tmp_path)
    assert checked.returncode == 0, checked.stdout + checked.stderr

    base = f"http://127.0.0.1:{port}"
    with serving(
        marketplace,
        "serve",
        ready=f"{base}/health/ready",
        env=env | {"MARKETPLACE__SERVER__PORT": str(port)},
        cwd=tmp_path,
        log=tmp_path / "serve.log",
    ):
        assert httpx.get(f"{base}/api/v1/products").json()["result"] == []
        assert httpx.get(f"{base}/docs").status_code == 200


def test_a_checkout_serves_under_gunicorn(database_url: str, tmp_path: Path) -> None:
    base = f"http://127.0.0.1:{free_port()}"
    with serving(
        sys.executable,
        "-m",
        "gunicorn",
        "--config",
        "python:marketplace.infrastructure.application.gunicorn",
        "--bind",
        base.removeprefix("http://"),
        "wsgi:app",
        ready=f"{base}/health/ready",
        env=environment(database_url),
        log=tmp_path / "gunicorn.log",
    ):
        assert httpx.get(f"{base}/api/v1/products").json()["result"] == []
