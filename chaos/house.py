"""The real thing on loopback: PostgreSQL, gunicorn, the worker, and nginx where it is installed."""

import shutil
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from pathlib import Path

import psycopg2
from sqlalchemy import create_engine, make_url

from benchmarks.databases import Database
from chaos.clients import client
from chaos.mail import Mailbox, receiving
from chaos.servers import Web, Worker, proxying
from marketplace.infrastructure.database.embedded import EmbeddedPostgres
from marketplace.infrastructure.database.invariants import Violation, violations
from tests import nginx
from tests.api import Shop, open_shop
from tests.databases import Server, data_directory, frozen
from tests.processes import ADMIN, CLI, PASSWORD, environment, make_admin, run

WEBHOOK_SECRET = "a-webhook-secret-of-the-chaos-that-is-long-enough"
# No power fails here. What was committed has to outlive a crash all the same.
_POSTGRES = {"fsync": "off", "full_page_writes": "off"}
_SETTINGS = {
    "MARKETPLACE__LOGIN__ACCOUNT_LIMIT": "1000000",
    "MARKETPLACE__LOGIN__ADDRESS_LIMIT": "1000000",
    "MARKETPLACE__SECURITY__ACCESS_TOKEN_TTL": "43200",
    "MARKETPLACE__PAYMENTS__WEBHOOK_SECRET": WEBHOOK_SECRET,
    "MARKETPLACE__PAYMENTS__EVENT_DELAY": "0.2",
    "MARKETPLACE__WORKER__SWEEP_INTERVAL": "1",
}
# What processes wait for where another one died: leases and claims, and the age of an order.
_PASS = """
    UPDATE idempotency_keys SET lease_until = lease_until - %s;
    UPDATE outbox SET next_attempt_at = next_attempt_at - %s WHERE delivered_at IS NULL;
    UPDATE sandbox_events SET due_at = due_at - %s WHERE delivered_at IS NULL;
    UPDATE payments SET unanswered_since = unanswered_since - %s;
    UPDATE orders SET placed_at = placed_at - %s WHERE finalised_at IS NULL;
    SELECT 1
"""


class House:
    """`base` is the address that clients use. Everything stops when the block of `opened` ends."""

    def __init__(self, folder: Path, stack: ExitStack, *, short: bool) -> None:
        self.short = short
        self.folder = folder
        self._stack = stack
        self._data = stack.enter_context(data_directory())
        stack.callback(lambda: self._postgres.stop())
        self._postgres = EmbeddedPostgres.start(self._data, settings=_POSTGRES)
        self._postgres.create_database("marketplace")
        self.server = Server(make_url(self._postgres.url("postgres")))
        self.database = Database(self.server, "marketplace")
        self.mailbox: Mailbox = stack.enter_context(receiving())
        self.nginx = shutil.which(nginx.NAMES[0]) or shutil.which(nginx.NAMES[1])
        self.settings = environment(
            self.database.url,
            **_SETTINGS,
            MARKETPLACE__HTTP__PROXY_HOPS="1" if self.nginx else "0",
            MARKETPLACE__MAIL__HOST="127.0.0.1",
            MARKETPLACE__MAIL__PORT=str(self.mailbox.port),
            MARKETPLACE__MEDIA__URL=str(folder / "media"),
        )
        migrated = run(*CLI, "migrate", env=self.settings)
        assert migrated.returncode == 0, migrated.stdout + migrated.stderr
        self.web = Web(self.settings, folder)
        # One more that authorises only.
        self.manual = Web(self.settings | {"MARKETPLACE__PAYMENTS__CAPTURE": "manual"}, folder)
        self.worker = Worker(self.settings, folder)
        self._start()
        self.base = self.behind_proxy([self.web])
        self.shop: Shop = open_shop(stack.enter_context(client(self.base)), ADMIN, PASSWORD)

    def _start(self) -> None:
        stops = self.web.stop, self.manual.stop, self.worker.kill
        starts = self.web.start, self.manual.start, self.worker.start
        for stop in stops:
            self._stack.callback(stop)
        with ThreadPoolExecutor() as pool:
            started = [pool.submit(start) for start in starts]
            make_admin(self.settings)
        for each in started:
            each.result()

    def another(self, **settings: str) -> Web:
        """One more gunicorn on the database, with some settings of its own, ready to serve."""
        web = Web(self.settings | settings, self.folder)
        self._stack.callback(web.stop)
        web.start()
        return web

    def behind_proxy(self, webs: list[Web]) -> str:
        """The address of nginx in front of them, or without one, that of the first."""
        if self.nginx is None:
            return webs[0].base
        return self._stack.enter_context(proxying(self.nginx, webs, self.folder))

    def offers(self, *, on_hand: int, variants: int = 1, price: int = 1000) -> list[str]:
        """Offers of a new product, at `price`, `price` + 1 and so on."""
        product = self.shop.publish("chaos", price=price, on_hand=on_hand, variants=variants)
        return self.shop.offers(product)

    def available(self, offer: str) -> int:
        found: int = self.shop.seller.result("GET", f"/offers/{offer}")["available"]
        return found

    def orders_of(self, offers: Sequence[str]) -> set[str]:
        """The orders that hold any of these offers, and whose buyer saw them."""
        rows = self.database.ask(
            "SELECT DISTINCT CAST(orders.id AS text) FROM orders"
            " JOIN seller_orders ON seller_orders.order_id = orders.id"
            " JOIN order_lines ON order_lines.seller_order_id = seller_orders.id"
            " WHERE finalised_at IS NOT NULL AND offer_id = ANY(%s::uuid[])",
            (list(offers),),
        )
        return {order for (order,) in rows}

    def charges_of(self, orders: Sequence[str]) -> int:
        """How often money was taken at the provider for these, and not given back."""
        [(charges,)] = self.database.ask(
            "SELECT count(*) FROM sandbox_charges AS charge"
            " JOIN payments ON charge.key = 'payment-' || payments.id"
            " WHERE charge.captured_amount > charge.refunded_amount"
            " AND payments.order_id = ANY(%s::uuid[])",
            (list(orders),),
        )
        return int(charges)

    def pass_time(self, seconds: float) -> None:
        """Wait so long; in the short form, make those believe it who wait for somebody who died."""
        if not self.short:
            time.sleep(seconds)
            return
        self.database.ask(_PASS, [timedelta(seconds=seconds)] * _PASS.count("%s"))

    def restart_postgres(self) -> float:
        """Returns when it answered again, by the monotonic clock."""
        self._postgres.stop()
        self._postgres = EmbeddedPostgres.start(self._data)
        return self.await_postgres()

    def await_postgres(self) -> float:
        deadline = time.monotonic() + 30
        while True:
            try:
                self.database.ask("SELECT 1")
            except psycopg2.OperationalError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.005)
            else:
                return time.monotonic()

    @contextmanager
    def frozen_postgres(self) -> Iterator[None]:
        with frozen(self._data):
            yield

    def deadlocks(self) -> int:
        """By the log, where each is at once."""
        return (self._data / "log").read_text("utf-8", errors="replace").count("deadlock detected")

    def faults_at_rest(self) -> list[str]:
        """What does not hold that always should, once requests and worker had time to rest."""
        began, waited = time.monotonic(), False
        while found := violations_in(self.database.url):
            if not any(each.settled for each in found):
                break
            time.sleep(0.2)
            if self.short and not waited and time.monotonic() > began + 1:
                # What a process that died had claimed is left to it for a minute.
                self.pass_time(60)
                waited = True
            if time.monotonic() > began + (20 if self.short else 100):
                break
        return [f"{each.invariant}: {each.id} {each.found}" for each in found[:5]]


def violations_in(url: str) -> list[Violation]:
    """Over a connection of its own."""
    engine = create_engine(url)
    try:
        with engine.connect() as connection:
            return violations(connection, settled=True)
    finally:
        engine.dispose()


@contextmanager
def opened(*, short: bool) -> Iterator[House]:
    with (
        tempfile.TemporaryDirectory(prefix="marketplace-chaos-") as folder,
        ExitStack() as stack,
    ):
        yield House(Path(folder), stack, short=short)
