"""The commands, but for the demo."""

import sys
from collections.abc import Iterator, Mapping
from typing import Any

import click
import orjson
from marshmallow import ValidationError
from rich.console import Console
from rich.table import Table

from marketplace.presentation.cli.analytics import rebuild_analytics_command
from marketplace.presentation.cli.demo import demo_command
from marketplace.presentation.cli.products import export_command, import_command
from marketplace.presentation.cli.program import Program, Refused
from marketplace.presentation.cli.seed import seed_command
from marketplace.presentation.rest import fields
from marketplace.presentation.rest.identity.schemas import SHORTEST_PASSWORD

METHODS = ("get", "post", "put", "patch", "delete")


def build(program: Program) -> list[click.Command]:
    """All commands, working on `program`."""

    @click.command()
    def serve() -> None:
        """Serve the API with gunicorn."""
        program.serve()

    @click.command()
    def worker() -> None:
        """Deliver events and clear up what crashes left, until stopped."""
        program.work()

    @click.command()
    def migrate() -> None:
        """Bring the database to this release's schema."""
        click.echo(f"The database is at revision {program.migrate()}.")

    @click.command()
    def reindex() -> None:
        """Rebuild what searches read: after a change of the language."""
        program.reindex()
        click.echo("Every product that is for sale is listed anew.")

    @click.command()
    def check() -> None:
        """Say what is wrong with settings and database, and how to mend it."""
        if faults := program.faults():
            raise Refused(faults)
        click.echo("Settings, keys and database are in order, and the database is migrated.")

    @click.command()
    def openapi() -> None:
        """Print the OpenAPI document."""
        sys.stdout.buffer.write(orjson.dumps(program.document(), option=orjson.OPT_INDENT_2))
        sys.stdout.buffer.write(b"\n")
        sys.stdout.buffer.flush()

    @click.command()
    def routes() -> None:
        """Print every operation and who may call it."""
        table = Table("method", "path", "operation", "who", box=None)
        for row in operations(program.document()):
            table.add_row(*row)
        # Cut to the terminal's width only where there is a terminal.
        console = Console(soft_wrap=True, width=None if sys.stdout.isatty() else 200)
        console.print(table)

    return [
        serve,
        worker,
        migrate,
        reindex,
        rebuild_analytics_command(program),
        seed_command(program),
        check,
        openapi,
        routes,
        import_command(program),
        export_command(program),
        _users(program),
        demo_command(program),
    ]


def _users(program: Program) -> click.Group:
    @click.group()
    def users() -> None:
        """Manage accounts."""

    @users.command("create-admin")
    @click.argument("email", callback=_address)
    @click.option("--name", default="Administrator", show_default=True)
    @click.password_option(help="Asked for unless given.", callback=_password)
    def create_admin(email: str, name: str, password: str) -> None:
        """Make EMAIL an administrator; an account that exists keeps its name and password."""
        program.appoint(email, name, password)
        click.echo(f"{email} is an administrator.")

    return users


def _address(ctx: click.Context, parameter: click.Parameter, value: str) -> str:
    return _valid(fields.Email(), value)


def _password(ctx: click.Context, parameter: click.Parameter, value: str) -> str:
    return _valid(fields.Password(min=SHORTEST_PASSWORD), value)


def _valid(field: fields.Text, value: str) -> str:
    try:
        return str(field.deserialize(value))
    except ValidationError as error:
        raise click.BadParameter(" ".join(map(str, error.messages))) from error


def operations(document: Mapping[str, Any]) -> Iterator[tuple[str, str, str, str]]:
    """Method, path, operation and who may call it, in the order of the document."""
    for path, item in document["paths"].items():
        for method in METHODS:
            if operation := item.get(method):
                yield method.upper(), path, operation["operationId"], operation["x-policy"]
