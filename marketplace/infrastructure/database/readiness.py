"""Whether a database can be worked with, and what to do if not."""

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from marketplace.infrastructure.database import revision

OLDEST_SERVER = 150000


def faults(engine: Engine) -> list[str]:
    """What is wrong, one sentence each with its remedy; nothing if all is well."""
    try:
        with engine.connect() as connection:
            version = int(connection.exec_driver_sql("SHOW server_version_num").scalar_one())
        current = revision.current(engine)
    except DBAPIError as error:
        # The driver's text names hosts and users: it is for the log and the terminal only.
        return [f"The database cannot be reached. Fix: check that it runs ({_first_line(error)})."]
    except SQLAlchemyError as error:
        return [f"The database is busy: {_first_line(error)}. Fix: try again."]
    if version < OLDEST_SERVER:
        return [f"PostgreSQL {version // 10000} is too old. Fix: use PostgreSQL 15 or newer."]
    if current != revision.HEAD:
        found = f"is at revision {current}" if current else "was never migrated"
        head = revision.HEAD
        return [f"The database {found}, this release needs {head}. Fix: run `marketplace migrate`."]
    return []


def _first_line(error: Exception) -> str:
    original = getattr(error, "orig", None) or error
    return (str(original).strip().splitlines() or [type(error).__name__])[0]
