"""Prometheus metrics of one application, summed over its processes where there are several."""

import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from flask import Flask, Response
from loguru import logger
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Histogram, values
from prometheus_client.exposition import generate_latest
from prometheus_client.metrics_core import GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector
from prometheus_client.values import MultiProcessValue

_LABELS = ("method", "operation", "status")
_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)

_process = "0"


def name_process(number: int) -> None:
    """Let this process add to the files of that number, which outlive the process: one per place
    among the workers, where the default of one per process id would grow without end."""
    global _process
    _process = str(number)


if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
    values.ValueClass = MultiProcessValue(lambda: _process)  # type: ignore[no-untyped-call]


@dataclass(frozen=True)
class Gauge:
    """A number that is asked for when the metrics are read."""

    name: str
    explanation: str
    read: Callable[[], float]


class Metrics:
    """Counts and times requests; answers a scrape with these and the gauges."""

    def __init__(self, gauges: Iterable[Gauge] = ()) -> None:
        self._registry = CollectorRegistry()
        self._gauges = tuple(gauges)
        self._requests = Counter(
            "http_requests", "Requests answered.", _LABELS, registry=self._registry
        )
        self._seconds = Histogram(
            "http_request_duration_seconds",
            "Time from a request's arrival in the application to its answer.",
            _LABELS,
            buckets=_BUCKETS,
            registry=self._registry,
        )
        self._known: dict[tuple[str, str, int], tuple[Counter, Histogram]] = {}
        self._failed = False

    def observe(self, method: str, operation: str, status: int, seconds: float) -> None:
        """Count one request. It is answered already, so a failure is logged, once, and no more."""
        try:
            self._observe(method, operation, status, seconds)
        except (OSError, ValueError) as error:
            # The files of several processes: a full disk, no rights, no directory.
            if not self._failed:
                self._failed = True
                logger.opt(exception=error).error("Requests are not counted any more")

    def _observe(self, method: str, operation: str, status: int, seconds: float) -> None:
        key = (method, operation, status)
        found = self._known.get(key)
        if found is None:
            labels = (method, operation, str(status))
            found = (self._requests.labels(*labels), self._seconds.labels(*labels))
            self._known[key] = found
        found[0].inc()
        found[1].observe(seconds)

    def exposition(self) -> Response:
        registry = self._registry
        if directory := os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
            Path(directory).mkdir(0o700, parents=True, exist_ok=True)
            registry = CollectorRegistry()
            MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
        asked = CollectorRegistry()
        asked.register(_Asked(self._gauges))
        body = generate_latest(registry) + generate_latest(asked)
        return Response(body, content_type=CONTENT_TYPE_LATEST)


class _Asked(Collector):
    def __init__(self, gauges: Iterable[Gauge]) -> None:
        self._gauges = gauges

    def describe(self) -> Iterable[Metric]:
        return ()

    def collect(self) -> Iterator[Metric]:
        for gauge in self._gauges:
            try:
                value = gauge.read()
            except Exception as error:
                # The other metrics matter most when the database is away.
                logger.warning("The metric {} cannot be read: {}", gauge.name, error)
                continue
            yield GaugeMetricFamily(gauge.name, gauge.explanation, value=value)


def serve(app: Flask, metrics: Metrics) -> None:
    app.add_url_rule("/metrics", "metrics", metrics.exposition, methods=["GET"])
