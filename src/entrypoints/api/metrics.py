"""What Prometheus is told: histograms by stage, counts by status, and the state of what the API stands on."""

from collections.abc import Callable
from functools import lru_cache

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    generate_latest,
    multiprocess,
)

SECONDS = (0.0005, 0.001, 0.002, 0.003, 0.005, 0.0075, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
CONTENT_TYPE = CONTENT_TYPE_LATEST


class Metrics:
    """A registry of its own: two APIs in one process do not count together. Cheap enough for every request."""

    def __init__(self, *, several_processes: bool) -> None:
        """With several workers their figures are put together from files (PROMETHEUS_MULTIPROC_DIR)."""
        self._several = several_processes
        self.registry = CollectorRegistry()
        labels = ("stage", "model_version", "schema_digest")
        self._stages = Histogram(
            "delay_stage_seconds",
            "Time by stage: score (a group read, encoded and scored), log (a group made durable), request (whole)",
            labels,
            buckets=SECONDS,
            registry=self.registry,
        )
        self._requests = Counter(
            "delay_requests_total",
            "Requests by path and status",
            ("path", "status", *labels[1:]),
            registry=self.registry,
        )
        self._shipments = Counter(
            "delay_predictions_total",
            "Shipments predicted, by decision",
            ("model_version", "schema_digest", "late"),
            registry=self.registry,
        )
        self._noted = Counter(
            "delay_noted_shipments_total", "Shipments answered with a note", labels[1:], registry=self.registry
        )
        self.model_loaded = self._gauge("delay_model_loaded", "Whether a model serves (1) or not (0)")
        self.model_version = self._gauge("delay_model_version", "The version that serves")
        self.shipments_waiting = self._gauge("delay_shipments_waiting", "Shipments that wait for their answers")
        self.journal_rows = self._gauge("delay_journal_rows", "Rows that wait in the journal for the database")
        self.database_up = self._gauge("delay_database_up", "Whether what was tried last with the database went well")
        self.observer = lru_cache(maxsize=64)(self._observer)
        self.counter = lru_cache(maxsize=512)(self._counter)
        self.decisions = lru_cache(maxsize=64)(self._decisions)

    def _gauge(self, name: str, told: str) -> Gauge:
        return Gauge(name, told, registry=self.registry, multiprocess_mode="mostrecent")

    def _observer(self, stage: str, model_version: str, schema_digest: str) -> Callable[[float], None]:
        """What takes the seconds of a stage."""
        observe: Callable[[float], None] = self._stages.labels(stage, model_version, schema_digest).observe
        return observe

    def _counter(self, path: str, status: int, model_version: str, schema_digest: str) -> Callable[[], None]:
        """What counts a request."""
        count: Callable[[], None] = self._requests.labels(path, str(status), model_version, schema_digest).inc
        return count

    def _decisions(self, model_version: str, schema_digest: str) -> tuple[Callable[[float], None], ...]:
        """What counts shipments: on time, late, noted."""
        return (
            self._shipments.labels(model_version, schema_digest, "0").inc,
            self._shipments.labels(model_version, schema_digest, "1").inc,
            self._noted.labels(model_version, schema_digest).inc,
        )

    def text(self) -> bytes:
        """All of it, as Prometheus reads it."""
        registry = self.registry
        if self._several:
            registry = CollectorRegistry()
            multiprocess.MultiProcessCollector(registry)  # type: ignore[no-untyped-call] # published without types
        return generate_latest(registry)
