"""`marketplace rebuild-analytics`: what analytics keep, held against what it is made of."""

import click

from marketplace.presentation.cli.program import Program, Refused


def rebuild_analytics_command(program: Program) -> click.Command:
    @click.command("rebuild-analytics")
    @click.option("--check", is_flag=True, help="Change nothing, and name what is wrong.")
    def command(check: bool) -> None:
        """Count all sales anew, in one transaction; the worker may run meanwhile."""
        if not check:
            click.echo(f"{program.rebuild_analytics()} rows were wrong, none is now.")
        elif differences := program.analytics_differences():
            raise Refused(differences)
        else:
            click.echo("The summaries agree with orders and shipments.")

    return command
