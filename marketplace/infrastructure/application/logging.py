"""Logs: one JSON object a line on stdout, naming the request it belongs to; by setting a rotating
file beside it. What libraries log through the standard library ends up in both."""

import logging
import os
import sys
import traceback
from collections.abc import Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime
from threading import Lock
from typing import Any

import loguru
import orjson
from loguru import logger

# What each line says about the request during which it was written.
request_context: ContextVar[Mapping[str, str] | None] = ContextVar("request_context", default=None)

JSON = "json"


@dataclass(frozen=True, kw_only=True)
class LogFile:
    """A file for each process, for several processes on one file lose lines.

    `name` may place the process id by `{pid}`; else it is appended. `format` is `json` or a format
    of loguru; `rotation` and `compression` are loguru's, empty for none.
    """

    name: str
    directory: str = "logs"
    format: str = JSON
    rotation: str = ""
    compression: str = ""

    def path(self) -> str:
        """The path for this process."""
        name = self.name if "{pid}" in self.name else f"{self.name}.{{pid}}"
        name = name.replace("{pid}", str(os.getpid()))
        path = os.path.join(self.directory, f"{name}.log")  # noqa: PTH118  loguru takes a string
        return path.replace("{", "{{").replace("}", "}}")


class _Logs:
    """The sinks of this process; a forked process opens a file of its own."""

    def __init__(self) -> None:
        self.level = "INFO"
        self.file: LogFile | None = None
        self.file_sink: int | None = None
        self.stream: str | None = None
        self._writing = Lock()
        os.register_at_fork(after_in_child=self.reopen)

    def open(self, level: str, file: LogFile | None, stream: str | None) -> None:
        logger.remove()
        self.level, self.file, self.file_sink, self.stream = level, file, None, stream
        if stream is not None:
            logger.add(
                lambda message: self.write(_as_json(message.record)),
                level=level,
                format="{message}",
                backtrace=False,
                diagnose=False,
            )
        self._open_file()

    def write(self, line: str) -> None:
        # Looked up each time: a test or a command may have replaced it since.
        stream = sys.stderr if self.stream == "stderr" else sys.stdout
        with self._writing:
            stream.write(line + "\n")
            stream.flush()

    def reopen(self) -> None:
        self._writing = Lock()
        if self.file_sink is not None:
            logger.remove(self.file_sink)
            self._open_file()

    def _open_file(self) -> None:
        if self.file is None:
            return
        self.file_sink = logger.add(
            self.file.path(),
            level=self.level,
            format=_json_format if self.file.format == JSON else self.file.format,
            rotation=self.file.rotation or None,
            compression=self.file.compression or None,
            delay=True,
            backtrace=False,
            diagnose=False,
        )


_logs = _Logs()


def configure(
    *, level: str = "INFO", file: LogFile | None = None, stream: str | None = "stdout"
) -> None:
    """Send everything that is logged to `stream` (stdout or stderr), and to `file`, where given."""
    _logs.open(level, file, stream)
    logger.configure(patcher=_add_request)
    root = logging.getLogger()
    root.handlers = [each for each in root.handlers if not isinstance(each, _ToLoguru)]
    root.addHandler(_ToLoguru())
    root.setLevel(logger.level(level).no)
    # It tells of its dialect whenever a revision is asked for, and that is with each probe.
    logging.getLogger("alembic.runtime.migration").setLevel(logging.WARNING)


def log_request(level: str, facts: Mapping[str, object]) -> None:
    """Write the line that there is for each request, with these facts in it.

    It goes straight to the stream, for loguru takes as long for a line as a good part of a request
    does. Only a file, which loguru turns over, is left to it.
    """
    if _logs.stream is None or _logs.file is not None:
        logger.bind(**facts).log(level, "request")
    elif logger.level(level).no >= logger.level(_logs.level).no:
        known = {"request_id": "-", **(request_context.get() or {})}
        _logs.write(_line(datetime.now(UTC), level, "request", __name__, os.getpid(), known, facts))


class _ToLoguru(logging.Handler):
    """Passes on what was logged through the standard library, as if it had been logged here."""

    def emit(self, record: logging.LogRecord) -> None:
        def as_written(target: "loguru.Record") -> None:
            target["name"] = record.name
            target["function"] = record.funcName
            target["line"] = record.lineno

        known = record.levelname in ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
        level = record.levelname if known else record.levelno
        logger.patch(as_written).opt(exception=record.exc_info).log(level, record.getMessage())


def _add_request(record: "loguru.Record") -> None:
    extra = record["extra"]
    extra.setdefault("request_id", "-")
    extra.update(request_context.get() or {})


def _json_format(record: "loguru.Record") -> str:
    record["extra"]["_line"] = _as_json(record)
    return "{extra[_line]}\n"


def _as_json(record: "loguru.Record") -> str:
    extra = {name: value for name, value in record["extra"].items() if name != "_line"}
    if (error := record["exception"]) is not None and error.type is not None:
        extra["exception"] = "".join(
            traceback.format_exception(error.type, error.value, error.traceback)
        )
    return _line(
        record["time"].astimezone(UTC),
        record["level"].name,
        record["message"],
        record["name"],
        record["process"].id,
        extra,
    )


def _line(
    time: datetime,
    level: str,
    message: str,
    name: str | None,
    process: int,
    *facts: Mapping[str, object],
) -> str:
    line: dict[str, Any] = {
        "time": time.isoformat(timespec="milliseconds"),
        "level": level,
        "message": message,
        "logger": name,
        "process": process,
    }
    for each in facts:
        line.update(each)
    return orjson.dumps(line, default=str).decode()
