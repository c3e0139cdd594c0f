"""`python -m chaos`: put the promises to the test."""

import secrets
import signal
import sys
from types import FrameType

import click

from chaos import deploying, events, growing, killing, migrating, money, postgres, selling, webhooks
from chaos.house import opened
from chaos.promises import Promise, named, put_to_the_test

PROMISES = (
    Promise(
        name="oversell",
        says="200 buyers of 7 units: 7 orders",
        keep=selling.no_oversell,
    ),
    Promise(
        name="lines",
        says="an offer on two lines is counted once",
        keep=selling.one_offer_on_two_lines,
    ),
    Promise(
        name="crossing",
        says="baskets in any order block nobody",
        keep=selling.crossing_baskets,
    ),
    Promise(
        name="carts",
        says="a cart checked out 20 times at once is ordered once",
        keep=selling.one_order_per_cart,
    ),
    Promise(
        name="updates",
        says="20 edits of one version: one counts",
        keep=selling.no_lost_update,
    ),
    Promise(
        name="keys",
        says="one effect per key",
        keep=selling.one_effect_per_key,
    ),
    Promise(
        name="killed-keys",
        says="one effect per key, every worker killed meanwhile",
        keep=killing.killed_at_random,
    ),
    Promise(
        name="killed-workers",
        says="a worker killed every 2 s costs no order",
        keep=killing.killed_under_load,
    ),
    Promise(
        name="abandoned",
        says="a worker killed after the charge",
        keep=killing.abandoned,
    ),
    Promise(
        name="refunds",
        says="50 refunds at once, never above what was captured",
        keep=money.refunds_at_once,
    ),
    Promise(
        name="captures",
        says="50 captures at once, never above what was authorised",
        keep=money.captures_at_once,
    ),
    Promise(
        name="money",
        says="captures, refunds, cancellations and a void at once",
        keep=money.everything_at_once,
    ),
    Promise(
        name="webhooks",
        says="an event 50 times, racing the request: one capture",
        keep=webhooks.one_capture,
    ),
    Promise(
        name="events",
        says="events arrive, the worker killed meanwhile",
        keep=events.all_arrive,
    ),
    Promise(
        name="rolling",
        says="SIGTERM under load fails no request",
        keep=deploying.rolling_restart,
    ),
    Promise(
        name="terminated",
        says="ended connections cost no order",
        keep=postgres.ended_connections,
    ),
    Promise(
        name="restarted",
        says="a PostgreSQL that restarts or crashes costs no order",
        keep=postgres.restarted,
    ),
    Promise(
        name="frozen",
        says="a PostgreSQL that hangs costs no order",
        keep=postgres.frozen,
    ),
    Promise(
        name="migrations",
        says="down and up again on data, never long in the way",
        keep=migrating.down_and_up,
        long_only=True,
    ),
    Promise(
        name="growth",
        says="workers do not grow",
        keep=growing.no_leak,
        long_only=True,
    ),
)
NAMES = tuple(promise.name for promise in PROMISES)


@click.command()
@click.option("--short", is_flag=True, help="A minute, beside other things.")
@click.option("--seed", type=click.IntRange(0), help="Where randomness begins; else a new one.")
@click.option("--only", multiple=True, type=click.Choice(NAMES), help="Only these.")
def main(short: bool, seed: int | None, only: tuple[str, ...]) -> None:
    """Start PostgreSQL, gunicorn, the worker and nginx; see what holds under load and faults."""
    signal.signal(signal.SIGTERM, _leave)
    chosen = secrets.randbelow(1_000_000) if seed is None else seed
    broken = 0
    with opened(short=short) as house:
        click.echo(f"seed {chosen}, {'through nginx' if house.nginx else 'without nginx'}")
        for promise in named(PROMISES, only):
            if promise.long_only and short and not only:
                continue
            verdict = put_to_the_test(promise, house, seed=chosen, short=short)
            broken += bool(verdict.faults)
            click.echo(str(verdict))
    if broken:
        raise SystemExit(f"{broken} not held")


def _leave(number: int, _: FrameType | None) -> None:
    # All that was started is stopped on the way out.
    sys.exit(128 + number)


if __name__ == "__main__":
    main()
