import dataclasses
import re
from pathlib import Path

import pytest

from marketplace.config import Environment, Fault, InvalidSettings, Settings, walk

URL = "postgresql+psycopg2://app@db/marketplace"
SECRET = "k3Jx0-vQ8mZrT5wLpN2aYcHdUfGbEiSo"
ROOT = Path(__file__).parents[3]


@pytest.fixture(autouse=True)
def _only_what_a_test_sets(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in Settings.names():
        monkeypatch.delenv(name, raising=False)


def put(monkeypatch: pytest.MonkeyPatch, **values: str) -> None:
    for name, value in values.items():
        monkeypatch.setenv(f"MARKETPLACE__{name}", value)


def faults_of() -> dict[str, Fault]:
    with pytest.raises(InvalidSettings) as caught:
        Settings.from_env(dotenv=None)
    assert all(str(fault) in str(caught.value) for fault in caught.value.faults)
    names = [fault.setting.removeprefix("MARKETPLACE__") for fault in caught.value.faults]
    assert len(names) == len(set(names))
    return dict(zip(names, caught.value.faults, strict=True))


def test_production_starts_with_url_and_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    put(monkeypatch, DATABASE__URL=URL, SECURITY__SECRET_KEY=SECRET)
    settings = Settings.from_env(dotenv=None)
    assert settings.environment is Environment.PRODUCTION
    assert settings.database.url == URL
    assert settings.security.access_token_ttl == 600
    assert settings.cors.origins == ()


def test_reads_every_kind_of_value(monkeypatch: pytest.MonkeyPatch) -> None:
    put(
        monkeypatch,
        ENVIRONMENT="test",
        DATABASE__URL=URL,
        MODERATION="off",
        PAYMENTS__UNFINALISED_AFTER="2.5",
        DATABASE__POOL_SIZE="7",
        CORS__ORIGINS="https://a.example, https://b.example",
        PAYMENTS__CAPTURE="manual",
    )
    settings = Settings.from_env(dotenv=None)
    assert settings.moderation is False
    assert settings.payments.unfinalised_after == 2.5
    assert settings.database.pool_size == 7
    assert settings.cors.origins == ("https://a.example", "https://b.example")
    assert settings.payments.capture == "manual"


def test_the_environment_wins_over_the_file(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / ".env"
    file.write_text(
        f"MARKETPLACE__DATABASE__URL={URL}\n"
        f"MARKETPLACE__SECURITY__SECRET_KEY='{SECRET}'\n"
        "MARKETPLACE__SERVER__PORT=1\nMARKETPLACE__SERVER__THREADS=8\n",
        encoding="utf-8",
    )
    put(monkeypatch, SERVER__PORT="2")
    settings = Settings.from_env(dotenv=file)
    assert (settings.server.port, settings.server.threads) == (2, 8)
    assert settings.security.secret_key == SECRET


def test_a_missing_file_is_no_fault(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    put(monkeypatch, DATABASE__URL=URL, ENVIRONMENT="test")
    assert Settings.from_env(dotenv=tmp_path / ".env").database.url == URL


def test_production_names_every_weakness_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    put(monkeypatch, DEBUG="on", CORS__ORIGINS="*", SERVER__PORT="http", PAYMENTS__CAPTURE="later")
    faults = faults_of()
    assert set(faults) == {
        "DATABASE__URL",
        "SECURITY__SECRET_KEY",
        "DEBUG",
        "CORS__ORIGINS",
        "SERVER__PORT",
        "PAYMENTS__CAPTURE",
    }
    assert all(fault.fix for fault in faults.values())


@pytest.mark.parametrize(
    ("secret", "problem"),
    [
        ("", "missing"),
        ("k3Jx0-vQ8mZrT5wLpN2aYcHdUfGbEiS", "shorter than 32 bytes"),
        ("change-me-change-me-change-me-change-me", "placeholder"),
        ("x" * 64, "placeholder"),
        ("development-only-never-in-production", "placeholder"),
    ],
)
def test_production_refuses_a_weak_secret(
    monkeypatch: pytest.MonkeyPatch, secret: str, problem: str
) -> None:
    put(monkeypatch, DATABASE__URL=URL, SECURITY__SECRET_KEY=secret)
    faults = faults_of()
    assert set(faults) == {"SECURITY__SECRET_KEY"}
    assert problem in faults["SECURITY__SECRET_KEY"].problem
    assert not secret or secret not in str(faults["SECURITY__SECRET_KEY"])


def test_a_short_secret_signs_nothing_anywhere(monkeypatch: pytest.MonkeyPatch) -> None:
    put(monkeypatch, ENVIRONMENT="test", DATABASE__URL=URL, SECURITY__SECRET_KEY="short")
    assert set(faults_of()) == {"SECURITY__SECRET_KEY"}


@pytest.mark.parametrize(
    ("secret", "problem"), [("x" * 64, "placeholder"), (SECRET[:20], "shorter than 32 bytes")]
)
@pytest.mark.parametrize("name", ["PAYMENTS__WEBHOOK_SECRET", "SHIPPING__WEBHOOK_SECRET"])
def test_production_refuses_a_weak_secret_of_webhooks(
    monkeypatch: pytest.MonkeyPatch, name: str, secret: str, problem: str
) -> None:
    put(monkeypatch, DATABASE__URL=URL, SECURITY__SECRET_KEY=SECRET)
    put(monkeypatch, **{name: secret})
    faults = faults_of()
    assert set(faults) == {name}
    assert problem in faults[name].problem
    assert secret not in str(faults[name])


@pytest.mark.parametrize("secret", ["", "k3Jx0-vQ8mZrT5wLpN2aYcHdUfGbEiS7"])
def test_a_secret_of_webhooks_may_be_left_out(monkeypatch: pytest.MonkeyPatch, secret: str) -> None:
    put(monkeypatch, DATABASE__URL=URL, SECURITY__SECRET_KEY=SECRET)
    put(monkeypatch, PAYMENTS__WEBHOOK_SECRET=secret)
    assert Settings.from_env(dotenv=None).payments.webhook_secret == secret


def test_a_wildcard_port_is_a_wildcard(monkeypatch: pytest.MonkeyPatch) -> None:
    origins = "https://shop.example,http://localhost:*"
    put(monkeypatch, DATABASE__URL=URL, SECURITY__SECRET_KEY=SECRET, CORS__ORIGINS=origins)
    assert set(faults_of()) == {"CORS__ORIGINS"}


def test_the_demo_relaxes_only_what_it_needs(monkeypatch: pytest.MonkeyPatch) -> None:
    put(monkeypatch, ENVIRONMENT="demo", DATABASE__URL=URL)
    settings = Settings.from_env(dotenv=None)
    assert settings.security.access_token_ttl == 12 * 3600
    assert settings.cors.origins == ("http://localhost:*", "http://127.0.0.1:*")
    assert settings.shipping.sandbox_pace > 0
    put(monkeypatch, ENVIRONMENT="test")
    assert Settings.from_env(dotenv=None).shipping.sandbox_pace == 0


@pytest.mark.parametrize("scheme", ["postgresql", "postgres", "postgresql+psycopg2"])
def test_a_bare_url_gets_its_driver(monkeypatch: pytest.MonkeyPatch, scheme: str) -> None:
    put(monkeypatch, ENVIRONMENT="test", DATABASE__URL=f"{scheme}://app@db/marketplace")
    assert Settings.from_env(dotenv=None).database.url == URL


@pytest.mark.parametrize("url", ["sqlite:///x.db", "postgresql+asyncpg://a/b", "mysql://a/b", ""])
def test_another_dialect_or_driver_is_refused(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    put(monkeypatch, ENVIRONMENT="test", DATABASE__URL=url)
    assert set(faults_of()) == {"DATABASE__URL"}


def test_the_refusal_carries_a_usable_database_url(monkeypatch: pytest.MonkeyPatch) -> None:
    put(monkeypatch, DATABASE__URL="postgresql://app@db/marketplace")
    with pytest.raises(InvalidSettings) as caught:
        Settings.from_env(dotenv=None)
    assert caught.value.database_url == URL


@pytest.mark.parametrize("rotation", ["50 MB", "1.5 GB", "1 day", "2 weeks", "00:00", ""])
def test_a_rotation_of_a_documented_form(monkeypatch: pytest.MonkeyPatch, rotation: str) -> None:
    put(monkeypatch, ENVIRONMENT="test", DATABASE__URL=URL, LOGGING__ROTATION=rotation)
    assert Settings.from_env(dotenv=None).logging.rotation == rotation


def test_any_other_rotation_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    put(monkeypatch, ENVIRONMENT="test", DATABASE__URL=URL, LOGGING__ROTATION="now and then")
    assert set(faults_of()) == {"LOGGING__ROTATION"}


def test_compression_needs_rotation(monkeypatch: pytest.MonkeyPatch) -> None:
    put(monkeypatch, ENVIRONMENT="test", DATABASE__URL=URL)
    put(monkeypatch, LOGGING__COMPRESSION="gz", LOGGING__ROTATION="")
    assert set(faults_of()) == {"LOGGING__COMPRESSION"}


def test_an_unknown_environment_gets_the_strictest_defaults(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    put(monkeypatch, ENVIRONMENT="staging", DATABASE__URL=URL)
    assert "ENVIRONMENT" in faults_of()


def test_settings_are_frozen_and_hide_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    put(monkeypatch, DATABASE__URL="postgresql://app:hunter2@db/m", SECURITY__SECRET_KEY=SECRET)
    settings = Settings.from_env(dotenv=None)
    with pytest.raises(dataclasses.FrozenInstanceError):
        settings.debug = True  # type: ignore[misc]
    assert SECRET not in repr(settings)
    assert "hunter2" not in repr(settings)


def documented() -> dict[str, str]:
    text = (ROOT / ".env.default").read_text(encoding="utf-8")
    found = re.findall(r"^#?\s*(MARKETPLACE__\w+)=(.*)$", text, re.MULTILINE)
    assert len(found) == len(dict(found))
    return dict(found)


def test_env_default_lists_exactly_the_settings_that_exist() -> None:
    assert list(documented()) == list(Settings.names())


def test_env_default_shows_the_defaults() -> None:
    def text(value: object) -> str:
        if isinstance(value, bool):
            return "on" if value else "off"
        return ",".join(value) if isinstance(value, tuple) else str(value)

    defaults = {
        name: "" if field.default is dataclasses.MISSING else text(field.default)
        for name, field in walk(Settings)
    }
    assert documented() == defaults


def test_every_thread_finds_a_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    put(monkeypatch, DATABASE__URL=URL, ENVIRONMENT="test")
    settings = Settings.from_env(dotenv=None)
    assert settings.server.threads == 4 <= settings.database.pool_size
