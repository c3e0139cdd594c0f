"""Settings: read once from the environment and `.env`, checked as a whole, then frozen.

A setting is a field of one of the dataclasses below; its name outside is its path, nested by two
underscores under MARKETPLACE: `Settings.payments.capture` is MARKETPLACE__PAYMENTS__CAPTURE.
`.env.default` explains each. Only `marketplace.main` reads this module: the others receive values.
"""

import dataclasses
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, Self, get_type_hints

from environs import Env, EnvValidationError, validate

PREFIX = "MARKETPLACE"
SECRET_BYTES = 32
DRIVER = "postgresql+psycopg2://"
LEVELS = ("TRACE", "DEBUG", "INFO", "SUCCESS", "WARNING", "ERROR", "CRITICAL")
ROTATION = r"(\d+(\.\d+)? ?([kKMGT]i?)?B|\d+ (second|minute|hour|day|week|month)s?|\d\d:\d\d)?\Z"
LANGUAGES = (
    "simple",
    "arabic",
    "armenian",
    "basque",
    "catalan",
    "danish",
    "dutch",
    "english",
    "estonian",
    "finnish",
    "french",
    "german",
    "greek",
    "hindi",
    "hungarian",
    "indonesian",
    "irish",
    "italian",
    "lithuanian",
    "nepali",
    "norwegian",
    "portuguese",
    "romanian",
    "russian",
    "serbian",
    "spanish",
    "swedish",
    "tamil",
    "turkish",
    "yiddish",
)
"""The text search configurations that every PostgreSQL brings along."""

STORAGE = r"((file|memory|s3)://)?[^\s:?#]+\Z"
LOOPBACK = ("localhost", "127.0.0.1", "[::1]")
PLACEHOLDERS = ("change-me", "change_me", "changeme", "replace", "placeholder", "your-", "example")
HOW_TO_MAKE_A_KEY = (
    """set the output of: python -c 'import secrets; print(secrets.token_urlsafe(48))'"""
)


class Environment(StrEnum):
    """What kind of place this is: it chooses defaults, and production refuses weak ones."""

    PRODUCTION = "production"
    DEVELOPMENT = "development"
    TEST = "test"
    DEMO = "demo"


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong, and what to do about it."""

    setting: str
    problem: str
    fix: str

    def __str__(self) -> str:
        return f"{self.setting} {self.problem}. Fix: {self.fix}"


class InvalidSettings(Exception):
    """Everything that is wrong with the settings, at once.

    `database_url` is the URL as far as it is usable, so that a caller may go on to report what is
    wrong with the database itself; None where it is not.
    """

    def __init__(self, faults: Iterable[Fault], *, database_url: str | None = None) -> None:
        self.faults = tuple(faults)
        self.database_url = database_url
        lines = "\n".join(f"  - {fault}" for fault in self.faults)
        super().__init__(f"the settings have {len(self.faults)} fault(s):\n{lines}")


def setting(
    default: Any = dataclasses.MISSING,
    *,
    least: float | None = None,
    choices: tuple[str, ...] = (),
    matches: str | None = None,
    secret: bool = False,
) -> Any:
    """A field with the limits of its value; without a default it has to be set."""
    limits: list[validate.Validator] = []
    if least is not None:
        limits.append(validate.Range(min=least))
    if choices:
        limits.append(validate.OneOf(choices, error="Must be one of: {choices}."))
    if matches:
        limits.append(validate.Regexp(matches, error="Not of the documented form."))
    return dataclasses.field(default=default, repr=not secret, metadata={"limits": limits})


@dataclass(frozen=True, kw_only=True)
class Database:
    url: str = setting(secret=True)
    pool_size: int = setting(5, least=1)
    pool_timeout: float = setting(3.0, least=0.1)
    pool_recycle: int = setting(1800, least=1)
    connect_timeout: int = setting(3, least=1)
    lock_timeout: float = setting(2.0, least=0.1)
    statement_timeout: float = setting(5.0, least=0.1)
    idle_in_transaction_timeout: float = setting(10.0, least=0.1)


@dataclass(frozen=True, kw_only=True)
class Security:
    secret_key: str = setting("", secret=True)
    access_token_ttl: int = setting(600, least=1)
    refresh_token_ttl: int = setting(2_592_000, least=1)
    token_issuer: str = setting("marketplace")
    token_audience: str = setting("marketplace-api")


@dataclass(frozen=True, kw_only=True)
class Login:
    account_limit: int = setting(10, least=1)
    address_limit: int = setting(100, least=1)
    window: int = setting(900, least=1)


@dataclass(frozen=True, kw_only=True)
class Payments:
    provider: str = setting("sandbox", choices=("sandbox",))
    capture: str = setting("automatic", choices=("automatic", "manual"))
    unfinalised_after: float = setting(60.0, least=0)
    pending_for: float = setting(86_400.0, least=0)
    webhook_secret: str = setting("", secret=True)
    event_delay: float = setting(2.0, least=0)


@dataclass(frozen=True, kw_only=True)
class Shipping:
    webhook_secret: str = setting("", secret=True)
    sandbox_pace: float = setting(0.0, least=0)


@dataclass(frozen=True, kw_only=True)
class Media:
    url: str = setting("media", matches=STORAGE)
    public_url: str = setting("", matches=r"(https?://[^\s?#]+)?\Z")
    max_bytes: int = setting(10_485_760, least=1024)
    max_pixels: int = setting(50_000_000, least=1)
    keep_unused: float = setting(172_800.0, least=0)


@dataclass(frozen=True, kw_only=True)
class Imports:
    max_bytes: int = setting(52_428_800, least=1024)


@dataclass(frozen=True, kw_only=True)
class Carts:
    keep: float = setting(2_592_000.0, least=0)


@dataclass(frozen=True, kw_only=True)
class Mail:
    host: str = setting("")
    port: int = setting(25, least=1)
    sender: str = setting("marketplace@localhost")
    starttls: bool = setting(False)
    user: str = setting("")
    password: str = setting("", secret=True)


@dataclass(frozen=True, kw_only=True)
class Logging:
    level: str = setting("INFO", choices=LEVELS)
    file: str = setting("")
    directory: str = setting("logs")
    format: str = setting("json")
    rotation: str = setting("50 MB", matches=ROTATION)
    compression: str = setting("", choices=("", "gz", "bz2", "xz", "zip", "tar.gz"))


@dataclass(frozen=True, kw_only=True)
class Search:
    language: str = setting("english", choices=LANGUAGES)


@dataclass(frozen=True, kw_only=True)
class Cors:
    origins: tuple[str, ...] = setting(())


@dataclass(frozen=True, kw_only=True)
class Http:
    max_body: int = setting(1_048_576, least=1024)
    trusted_hosts: tuple[str, ...] = setting(LOOPBACK)
    proxy_hops: int = setting(0, least=0)


@dataclass(frozen=True, kw_only=True)
class Server:
    host: str = setting("127.0.0.1")
    port: int = setting(8000, least=0)
    workers: int = setting(0, least=0)
    threads: int = setting(4, least=1)
    max_requests: int = setting(20_000, least=0)
    graceful_timeout: int = setting(30, least=1)


@dataclass(frozen=True, kw_only=True)
class Worker:
    poll_interval: float = setting(0.5, least=0.01)
    sweep_interval: float = setting(5.0, least=0.1)


@dataclass(frozen=True, kw_only=True)
class Settings:
    """All settings. Built by `from_env`, or directly in tests."""

    environment: Environment = Environment.PRODUCTION
    debug: bool = setting(False)
    moderation: bool = setting(True)
    database: Database
    security: Security = Security()
    login: Login = Login()
    payments: Payments = Payments()
    shipping: Shipping = Shipping()
    media: Media = Media()
    imports: Imports = Imports()
    carts: Carts = Carts()
    mail: Mail = Mail()
    logging: Logging = Logging()
    search: Search = Search()
    cors: Cors = Cors()
    http: Http = Http()
    server: Server = Server()
    worker: Worker = Worker()

    @classmethod
    def from_env(cls, dotenv: Path | None = Path(".env")) -> Self:
        """Read the environment, then the file `dotenv` for what the environment leaves out.

        Raises InvalidSettings with every fault.
        """
        env = Env(eager=False)
        if dotenv is not None:
            env.read_env(dotenv, recurse=False)
        settings: Self = _read(env, cls, _profile(env))
        faults = _unreadable(env)
        unread = {fault.setting for fault in faults}
        faults += [fault for fault in _weaknesses(settings) if fault.setting not in unread]
        url = settings.database.url
        if faults:
            raise InvalidSettings(
                faults, database_url=None if _url_fault(url) else psycopg2_url(url)
            )
        database = dataclasses.replace(settings.database, url=psycopg2_url(url))
        return dataclasses.replace(settings, database=database)

    @classmethod
    def names(cls) -> tuple[str, ...]:
        """The name of every setting that exists."""
        return tuple(name for name, _ in walk(cls))


def walk(group: type, path: str = PREFIX) -> Iterator[tuple[str, dataclasses.Field[Any]]]:
    """Every setting of a group of settings, as its name and its field."""
    hints = get_type_hints(group)
    for field in dataclasses.fields(group):
        name = f"{path}__{field.name.upper()}"
        if dataclasses.is_dataclass(hints[field.name]):
            yield from walk(hints[field.name], name)
        else:
            yield name, field


def psycopg2_url(url: str) -> str:
    """The URL with its driver named: SQLAlchemy 2.1 takes a bare postgresql:// for psycopg 3."""
    for bare in ("postgresql://", "postgres://"):
        if url.startswith(bare):
            return DRIVER + url.removeprefix(bare)
    return url


# What differs from the defaults where nobody but a developer or a visitor is served.
_DEVELOPMENT_SECRET = "development-only-never-in-production"  # noqa: S105  refused in production
_RELAXED = {
    f"{PREFIX}__SECURITY__SECRET_KEY": _DEVELOPMENT_SECRET,
    f"{PREFIX}__CORS__ORIGINS": ("http://localhost:*", "http://127.0.0.1:*"),
}
_PROFILES: Mapping[Environment, Mapping[str, Any]] = {
    Environment.PRODUCTION: {},
    Environment.DEVELOPMENT: _RELAXED,
    Environment.TEST: _RELAXED,
    Environment.DEMO: _RELAXED
    | {
        f"{PREFIX}__SECURITY__ACCESS_TOKEN_TTL": 12 * 3600,
        f"{PREFIX}__SHIPPING__SANDBOX_PACE": 20.0,
    },
}


def _profile(env: Env) -> Mapping[str, Any]:
    name = f"{PREFIX}__ENVIRONMENT"
    chosen = env.enum(name, Environment.PRODUCTION, enum=Environment, by_value=True)
    # An unreadable environment is a fault already; the strictest defaults go with it.
    return _PROFILES[chosen or Environment.PRODUCTION]


def _read(env: Env, group: type[Any], profile: Mapping[str, Any], path: str = PREFIX) -> Any:
    hints = get_type_hints(group)
    values: dict[str, Any] = {}
    for field in dataclasses.fields(group):
        name, hint = f"{path}__{field.name.upper()}", hints[field.name]
        if dataclasses.is_dataclass(hint):
            values[field.name] = _read(env, hint, profile, name)  # type: ignore[arg-type]
            continue
        default = profile.get(name, field.default)
        value = getattr(env, _METHODS[hint])(
            name,
            ... if default is dataclasses.MISSING else default,
            validate=list(field.metadata.get("limits", ())),
            **({"enum": hint, "by_value": True} if hint is Environment else {}),
        )
        if hint == tuple[str, ...]:
            value = tuple(filter(None, map(str.strip, value or ())))
        values[field.name] = value
    return group(**values)


_METHODS: Mapping[Any, str] = {
    bool: "bool",
    int: "int",
    float: "float",
    str: "str",
    tuple[str, ...]: "list",
    Environment: "enum",
}


def _unreadable(env: Env) -> list[Fault]:
    try:
        env.seal()
    except EnvValidationError as error:
        messages: Mapping[str, Any] = error.error_messages  # type: ignore[assignment]
        return [_unreadable_fault(name, found) for name, found in messages.items()]
    return []


def _unreadable_fault(name: str, messages: Iterable[object]) -> Fault:
    if name == f"{PREFIX}__DATABASE__URL":
        return Fault(name, "is missing", f"set {DRIVER}user:password@host:5432/database")
    said = " ".join(dict.fromkeys(str(message) for message in messages)).rstrip(".")
    return Fault(name, f"is refused: {said}", "correct it, or leave it out for the default")


def _weaknesses(settings: Settings) -> Iterator[Fault]:
    url, logging = settings.database.url, settings.logging
    if problem := _url_fault(url):
        yield Fault(f"{PREFIX}__DATABASE__URL", problem, f"set a URL that starts with {DRIVER}")
    if logging.compression and not logging.rotation:
        yield Fault(
            f"{PREFIX}__LOGGING__COMPRESSION",
            "compresses files that are rotated, and there is no rotation",
            f"set {PREFIX}__LOGGING__ROTATION, for example to 50 MB",
        )
    production = settings.environment in (Environment.PRODUCTION, None)
    if problem := _secret_fault(settings.security.secret_key or "", strict=production):
        yield Fault(f"{PREFIX}__SECURITY__SECRET_KEY", problem, HOW_TO_MAKE_A_KEY)
    if production:
        yield from _production_weaknesses(settings)


def _production_weaknesses(settings: Settings) -> Iterator[Fault]:
    for group, secret in (
        ("PAYMENTS", settings.payments.webhook_secret),
        ("SHIPPING", settings.shipping.webhook_secret),
    ):
        if secret and (problem := _secret_fault(secret, strict=True)):
            yield Fault(f"{PREFIX}__{group}__WEBHOOK_SECRET", problem, HOW_TO_MAKE_A_KEY)
    if settings.debug:
        yield Fault(f"{PREFIX}__DEBUG", "is on in production", "set it to off")
    if any("*" in origin for origin in settings.cors.origins or ()):
        yield Fault(
            f"{PREFIX}__CORS__ORIGINS",
            "holds a wildcard in production",
            "list the origins of your browser clients, separated by commas",
        )


def _url_fault(url: str | None) -> str | None:
    if not url:
        return "is missing"
    if not psycopg2_url(url).startswith(DRIVER):
        return f"names {url.partition(':')[0]!r}; only PostgreSQL through psycopg2 is supported"
    return None


def _secret_fault(secret: str, *, strict: bool) -> str | None:
    if not secret:
        return "is missing"
    lowered = secret.lower()
    guessable = len(set(secret)) < 5 or secret == _DEVELOPMENT_SECRET
    if strict and (guessable or any(word in lowered for word in PLACEHOLDERS)):
        return "is a placeholder"
    if len(secret.encode()) < SECRET_BYTES:
        return f"is shorter than {SECRET_BYTES} bytes"
    return None
