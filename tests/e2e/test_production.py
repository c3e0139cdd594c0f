"""`serve` in production starts safely configured and migrated, or says all that is wrong."""

from pathlib import Path

import pytest

from tests.databases import Server
from tests.processes import CLI, environment, run


@pytest.fixture
def empty_database(postgres: Server) -> str:
    return postgres.maintenance.render_as_string(hide_password=False)


@pytest.mark.parametrize("command", ["serve", "worker"])
def test_every_fault_is_named_at_once(command: str, empty_database: str, tmp_path: Path) -> None:
    weak = environment(
        empty_database,
        MARKETPLACE__ENVIRONMENT="production",
        MARKETPLACE__DEBUG="true",
        MARKETPLACE__SECURITY__SECRET_KEY="changeme",
        MARKETPLACE__CORS__ORIGINS="*",
    )

    refused = run(*CLI, command, env=weak, cwd=tmp_path)

    said = refused.stdout + refused.stderr
    assert refused.returncode != 0
    for fault in ("DEBUG", "SECRET_KEY", "CORS__ORIGINS", "marketplace migrate"):
        assert fault in said
    assert "Traceback" not in said


@pytest.mark.parametrize("secret", ["", "short", "change-me-change-me-change-me-change-me"])
def test_weak_secrets_are_refused(secret: str, database_url: str, tmp_path: Path) -> None:
    env = environment(
        database_url,
        MARKETPLACE__ENVIRONMENT="production",
        MARKETPLACE__SECURITY__SECRET_KEY=secret,
    )

    refused = run(*CLI, "serve", env=env, cwd=tmp_path)

    assert refused.returncode != 0
    assert "SECRET_KEY" in refused.stdout + refused.stderr
