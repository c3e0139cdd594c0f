"""Load: wrk over HTTP, pgbench for statements alone."""

import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import click
import psycopg2

from benchmarks import cpu
from benchmarks.databases import Database

SCRIPT = Path(__file__).with_name("wrk.lua")
CONNECTIONS = 2
"""As many as a worker has threads."""


@dataclass(frozen=True)
class Load:
    """What came of a round: latencies are in milliseconds."""

    requests: int
    seconds: float
    errors: int
    p50: float
    p99: float


def require_tools() -> None:
    """Raises ClickException where something is not installed."""
    for tool, package in (("wrk", "wrk"), ("pgbench", "postgresql-client, postgresql-contrib")):
        if shutil.which(tool) is None:
            raise click.ClickException(f"{tool} is missing: apt-get install {package}")


def wrk(
    base: str,
    paths: Sequence[str],
    seconds: float,
    *,
    connections: int = CONNECTIONS,
    extra: Mapping[str, str] | None = None,
) -> Load:
    """Ask for the paths in turn, for so long. Raises RuntimeError if an answer was no success."""
    with tempfile.NamedTemporaryFile("w", suffix=".txt", encoding="utf-8") as file:
        file.write("\n".join(paths) + "\n")
        file.flush()
        done = subprocess.run(  # noqa: S603
            [
                shutil.which("wrk") or "wrk",
                "--threads=1",
                f"--connections={connections}",
                f"--duration={max(1, round(seconds))}s",
                "--timeout=30s",
                f"--script={SCRIPT}",
                base,
            ],
            env={**os.environ, "BENCH_PATHS": file.name, **(extra or {})},
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=seconds + 60,
            check=True,
        )
    line = next(each for each in done.stdout.splitlines() if each.startswith("RESULT "))
    load = Load(**json.loads(line.removeprefix("RESULT ")))
    if load.errors or not load.requests:
        raise RuntimeError(f"{load} of {paths[0]}")
    return load


@dataclass(frozen=True)
class Statements:
    """What pgbench came to: statements a second, and CPU seconds of PostgreSQL for each."""

    rate: float
    database: float


def pgbench(database: Database, scripts: Sequence[str], seconds: float) -> Statements:
    """Run the statements in turn on one connection, by the simple protocol."""
    program = shutil.which("pgbench")
    assert program is not None  # noqa: S101 - `require_tools` saw to it
    with tempfile.TemporaryDirectory() as folder:
        arguments = [program, "--no-vacuum", "--client=1", "--protocol=simple", "--progress=1"]
        arguments += [f"--time={max(2, round(seconds))}"]
        for number, script in enumerate(scripts):
            file = Path(folder) / f"{number}.sql"
            file.write_text(" ".join(script.split()) + ";\n", encoding="utf-8")
            arguments += [f"--file={file}@1"]
        others = set(database.backends())
        process = subprocess.Popen(  # noqa: S603
            [*arguments, database.dsn],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
        )
        spent, shown, last = 0.0, "", ""
        assert process.stdout is not None  # noqa: S101
        for line in process.stdout:
            shown += line
            if line.startswith("progress:") and "tps" in line:
                # Its backend is gone once pgbench has ended: what it had used at the last
                # second stands for that second's transactions.
                with suppress(psycopg2.Error):
                    mine = set(database.backends()) - others
                    spent = cpu.seconds(mine) or spent
                    last = line
        process.wait()
    if process.returncode:
        raise RuntimeError(shown)
    rate = float(next(x for x in shown.splitlines() if x.startswith("tps")).split()[2])
    elapsed = float(last.split()[1])
    return Statements(rate=rate, database=spent / (rate * elapsed))
