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
    script: Path = SCRIPT,
) -> Load:
    """Ask for the paths in turn, for so long; or for what the script asks for. Raises RuntimeError
    if an answer was no success."""
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
                f"--script={script}",
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
    """What pgbench came to: scripts a second, and CPU seconds of PostgreSQL for each."""

    rate: float
    database: float


def pgbench(
    database: Database, scripts: Sequence[str], seconds: float, clients: int = 1
) -> Statements:
    """Run the scripts in any order on so many connections, by the simple protocol."""
    program = shutil.which("pgbench")
    assert program is not None  # noqa: S101 - `require_tools` saw to it
    with tempfile.TemporaryDirectory() as folder:
        arguments = [program, "--no-vacuum", "--protocol=simple", "--progress=1"]
        # For scripts that count what they have made.
        arguments += ["--define=made=0"]
        arguments += [f"--client={clients}", f"--time={max(2, round(seconds))}"]
        for number, script in enumerate(scripts):
            file = Path(folder) / f"{number}.sql"
            file.write_text(script, encoding="utf-8")
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
                # Its backends are gone once pgbench has ended: what they had used at the last
                # second that they were seen stands for the transactions until then.
                with suppress(psycopg2.Error):
                    mine = set(database.backends()) - others
                    if used := cpu.seconds(mine):
                        spent, last = used, line
        process.wait()
    if process.returncode:
        raise RuntimeError(shown)
    rate = float(next(x for x in shown.splitlines() if x.startswith("tps")).split()[2])
    elapsed = float(last.split()[1])
    return Statements(rate=rate, database=spent / (rate * elapsed))
