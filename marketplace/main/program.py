"""The commands, each with what it calls."""

import sys
from collections.abc import Sequence

from click import version_option
from flask.cli import AppGroup

from marketplace import __version__
from marketplace.infrastructure.demo import orders, people, place
from marketplace.main import demo, operating, products
from marketplace.presentation.cli import commands
from marketplace.presentation.cli.program import Demo, Program


def _itself(command: str) -> Sequence[str]:
    return (sys.executable, "-c", "from marketplace.main import cli; cli()", command)


PROGRAM = Program(
    faults=operating.faults,
    serve=operating.serve,
    work=operating.work,
    migrate=operating.migrate,
    reindex=operating.reindex,
    rebuild_analytics=operating.rebuild_analytics,
    analytics_differences=operating.analytics_differences,
    seed=products.seed,
    document=operating.document,
    appoint=operating.appoint,
    import_products=products.import_products,
    export_products=products.export_products,
    demo=Demo(
        database=demo.database,
        prepare=demo.prepare,
        environment=place.environment,
        processes={"web": _itself("serve"), "worker": _itself("worker")},
        accounts=people.ACCOUNTS,
        order=orders.ORDER,
    ),
)

cli = AppGroup("marketplace", help="An internet marketplace: REST API, worker and tools.")
version_option(__version__, prog_name="marketplace")(cli)
for _command in commands.build(PROGRAM):
    cli.add_command(_command)
