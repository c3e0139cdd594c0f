"""Where the demo lives: its directory, with a database server and a secret key in it."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from secrets import token_urlsafe

from marketplace.infrastructure.database.embedded import EmbeddedPostgres

DATABASE = "marketplace"
MEDIA_URL = "MARKETPLACE__MEDIA__URL"
LOOPBACK = ("localhost", "127.0.0.1", "::1")


@contextmanager
def database(directory: Path, *, reset: bool) -> Iterator[str]:
    """The URL of the demo's database, served for as long as the block lasts.

    Raises EmbeddedUnavailable.
    """
    with EmbeddedPostgres.start(directory / "postgres") as server:
        if reset:
            server.drop_database(DATABASE)
        yield server.create_database(DATABASE)


def environment(url: str, directory: Path, host: str) -> dict[str, str]:
    """What the demo's processes run with: the surrounding environment and, where that leaves them
    open, the demo's own settings."""
    anywhere = "*" if host not in LOOPBACK else "localhost,127.0.0.1,[::1]"
    chosen: Mapping[str, str] = {
        "MARKETPLACE__SECURITY__SECRET_KEY": _secret(directory),
        "MARKETPLACE__SECURITY__ACCESS_TOKEN_TTL": str(12 * 3600),
        "MARKETPLACE__HTTP__TRUSTED_HOSTS": anywhere,
        MEDIA_URL: media(directory),
        # There is no proxy, and nobody to wait long for.
        "MARKETPLACE__SERVER__GRACEFUL_TIMEOUT": "10",
    }
    inherited = {name: value for name, value in os.environ.items() if name not in _NOT_INHERITED}
    return {
        **chosen,
        **inherited,
        "MARKETPLACE__ENVIRONMENT": "demo",
        "MARKETPLACE__DATABASE__URL": url,
    }


def media(directory: Path) -> str:
    """Where the demo keeps pictures."""
    return os.environ.get(MEDIA_URL) or str(directory / "media")


# Belongs to the metrics of whatever started the demo.
_NOT_INHERITED = frozenset({"PROMETHEUS_MULTIPROC_DIR"})


def _secret(directory: Path) -> str:
    """A key of this directory's own, so that tokens outlive a restart."""
    file = directory / "secret.key"
    if not file.exists():
        file.touch(mode=0o600)
        file.write_text(token_urlsafe(48), encoding="ascii")
    return file.read_text(encoding="ascii").strip()
