"""`marketplace demo`: everything running on sample data, in one command."""

import json
import os
import shlex
import socket
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click
from click.core import ParameterSource

from marketplace.presentation.cli.processes import Children, interruptible
from marketplace.presentation.cli.program import Demo, Program

READY_WITHIN = 60.0
PORTS_TRIED = 100


def demo_command(program: Program) -> click.Command:
    @click.command("demo")
    @click.option("--host", default="127.0.0.1", show_default=True)
    @click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
    @click.option(
        "--data-dir",
        "directory",
        default="marketplace-data",
        show_default=True,
        type=click.Path(file_okay=False, path_type=Path),
    )
    @click.option("--reset", is_flag=True, help="Begin with fresh data.")
    @click.pass_context
    def command(ctx: click.Context, host: str, port: int, directory: Path, reset: bool) -> None:
        """Try it: an embedded PostgreSQL, sample data, the API and the worker."""
        wished = ctx.get_parameter_source("port") is not ParameterSource.DEFAULT
        run(program.demo, host=host, port=port, exactly=wished, directory=directory, reset=reset)

    return command


def run(demo: Demo, *, host: str, port: int, exactly: bool, directory: Path, reset: bool) -> None:
    """Run the demo until it is interrupted. `exactly` asks for this port or none."""
    directory = directory.resolve()
    directory.mkdir(parents=True, exist_ok=True)
    note = directory / "demo.json"
    children = Children(directory / "logs")
    mine: str | None = None
    try:
        with interruptible(), demo.database(directory, reset) as url:
            try:
                demo.prepare(url, directory)
                taken = port
                port = choose_port(host, port, exactly)
                if port != taken:
                    click.echo(f"Port {taken} is busy, so this demo is on {port}.")
                environment = {
                    **demo.environment(url, directory, host),
                    "MARKETPLACE__SERVER__HOST": host,
                    "MARKETPLACE__SERVER__PORT": str(port),
                }
                for name, line in demo.processes.items():
                    children.start(name, line, environment)
                base = f"http://{_reachable(host)}:{port}"
                _await_ready(f"{base}/health/ready", children)
                mine = json.dumps(_facts(demo, base, url), indent=2) + "\n"
                _welcome(demo, base, directory)
                # Last: whoever waits for it may end the demo at once.
                _write(note, mine)
                children.watch()
            finally:
                children.stop()
    except KeyboardInterrupt:
        click.echo("Stopped; nothing is left running.")
    finally:
        if mine is not None and note.exists() and note.read_text(encoding="utf-8") == mine:
            note.unlink()


def choose_port(host: str, port: int, exactly: bool) -> int:
    """The port, or the next free one.

    Raises:
        click.ClickException: it is busy and was asked for, or there is none.
    """
    for candidate in range(port, min(port + (1 if exactly else PORTS_TRIED), 65536)):
        with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
            # As gunicorn will: what is left of a closed connection does not make a port busy.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, candidate))
                probe.listen()
            except OSError:
                continue
            return candidate
    raise click.ClickException(f"Port {port} on {host} is busy. Choose another one with --port.")


def _reachable(host: str) -> str:
    if host in ("0.0.0.0", "::"):  # noqa: S104
        return "127.0.0.1"
    return f"[{host}]" if ":" in host else host


def _await_ready(url: str, children: Children) -> None:
    deadline = time.monotonic() + READY_WITHIN
    while time.monotonic() < deadline:
        children.require_alive()
        try:
            with urllib.request.urlopen(url, timeout=5):  # noqa: S310  our own server
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    raise click.ClickException(f"{url} does not answer within {READY_WITHIN:.0f} s.")


def _facts(demo: Demo, base: str, url: str) -> dict[str, object]:
    return {
        "baseUrl": base,
        "docsUrl": f"{base}/docs",
        "openapiUrl": f"{base}/openapi.json",
        "databaseUrl": url,
        "users": {
            name: {"login": account.login, "password": account.password}
            for name, account in demo.accounts.items()
        },
    }


def _write(file: Path, text: str) -> None:
    # Whoever waits for the file must not see half of it.
    draft = file.with_suffix(f".{os.getpid()}.tmp")
    draft.write_text(text, encoding="utf-8")
    draft.replace(file)


def _welcome(demo: Demo, base: str, directory: Path) -> None:
    click.echo(f"The marketplace is ready. Swagger UI: {base}/docs")
    for name, account in demo.accounts.items():
        click.echo(f"  {name:<7} {account.login:<19} {account.password}")
    click.echo(f"How sales go, for admin and seller: {base}/ops")
    click.echo("Place an order as the buyer:")
    click.echo(_curl(demo, base))
    click.echo(f"More in {directory / 'demo.json'}, logs in {directory / 'logs'}.")
    click.echo("Ctrl-C stops everything; the data stays for the next start.")


def _curl(demo: Demo, base: str) -> str:
    buyer = demo.accounts["buyer"]
    pair = _post(f"{base}/api/v1/auth/token", {"login": buyer.login, "password": buyer.password})
    body = shlex.quote(json.dumps(demo.order, separators=(",", ":")))
    return (
        f"curl -s {base}/api/v1/orders -H 'Content-Type: application/json' "
        f'-H "Idempotency-Key: demo-$(date +%s%N)" '
        f"-H 'Authorization: Bearer {pair['result']['access']}' -d {body}"
    )


def _post(url: str, body: Mapping[str, object]) -> Any:
    request = urllib.request.Request(  # noqa: S310  our own server
        url, json.dumps(body).encode(), {"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310
        return json.load(answer)
