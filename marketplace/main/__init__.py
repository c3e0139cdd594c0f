"""The composition root: reads the settings, builds every part and hands it to whoever needs it.

Everything else in the package receives what it works with; only this package knows it all.
"""

from flask import Flask

from marketplace.config import InvalidSettings, Settings
from marketplace.infrastructure.application.lifecycle import StartRefused
from marketplace.main.application import assemble, configure_logging, faults_of
from marketplace.main.parts import Parts, new_id, now
from marketplace.main.program import PROGRAM, cli
from marketplace.presentation.cli import commands

__all__ = ["PROGRAM", "Parts", "cli", "create_app", "new_id", "now"]


def create_app(settings: Settings | None = None) -> Flask:
    """The application, by `settings` or by those of the environment; connects to nothing.

    Raises StartRefused where the environment's settings are no good: with everything that is
    wrong, and then with what is wrong with the database too.
    """
    if settings is None:
        try:
            settings = Settings.from_env()
        except InvalidSettings as error:
            raise StartRefused("\n".join(faults_of(error))) from None
    configure_logging(settings)
    app = assemble(Parts(settings))
    for command in commands.build(PROGRAM):
        app.cli.add_command(command)
    return app
