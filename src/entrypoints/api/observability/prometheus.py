"""Prometheus metrics of the API: durations by stage, counts by status, and the state of what the API depends on."""

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

BUCKETS_SECONDS = (
    *(0.0005, 0.001, 0.002, 0.003, 0.005, 0.0075, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0),
)
CONTENT_TYPE = CONTENT_TYPE_LATEST


class ApiMetrics:
    """The metrics of one API, in a registry of their own. Children are cached: each request may update them."""

    def __init__(self, *, multiple_processes: bool) -> None:
        """With several workers, `render` sums their metrics from the files in PROMETHEUS_MULTIPROC_DIR."""
        self._multiple_processes = multiple_processes
        self.registry = CollectorRegistry()
        model_labels = ("model_version", "schema_digest")
        self._stage_seconds = Histogram(
            "delay_stage_seconds",
            "Time by stage: score (a group read, encoded and scored), log (a group made durable), request (whole)",
            ("stage", *model_labels),
            buckets=BUCKETS_SECONDS,
            registry=self.registry,
        )
        self._requests = Counter(
            "delay_requests_total",
            "Requests by path and status",
            ("path", "status", *model_labels),
            registry=self.registry,
        )
        self._predictions = Counter(
            "delay_predictions_total",
            "Shipments predicted, by decision",
            (*model_labels, "late"),
            registry=self.registry,
        )
        self._with_notes = Counter(
            "delay_noted_shipments_total", "Shipments predicted with a note", model_labels, registry=self.registry
        )
        self.model_loaded = self._gauge("delay_model_loaded", "Whether a model serves (1) or not (0)")
        self.model_version = self._gauge("delay_model_version", "The version that serves")
        self.shipments_waiting = self._gauge("delay_shipments_waiting", "Shipments that wait for their predictions")
        self.journal_rows = self._gauge("delay_journal_rows", "Rows in the outbox that wait for the database")
        self.database_up = self._gauge("delay_database_up", "Whether the last access to the database succeeded")
        self.stage_observer = lru_cache(maxsize=64)(self._make_stage_observer)
        self.request_counter = lru_cache(maxsize=512)(self._make_request_counter)
        self.prediction_counters = lru_cache(maxsize=64)(self._make_prediction_counters)

    def _gauge(self, name: str, description: str) -> Gauge:
        return Gauge(name, description, registry=self.registry, multiprocess_mode="mostrecent")

    def _make_stage_observer(self, stage: str, model_version: str, schema_digest: str) -> Callable[[float], None]:
        """Observes the seconds of a stage."""
        observe: Callable[[float], None] = self._stage_seconds.labels(stage, model_version, schema_digest).observe
        return observe

    def _make_request_counter(
        self, path: str, status: int, model_version: str, schema_digest: str
    ) -> Callable[[], None]:
        """Counts one request."""
        count: Callable[[], None] = self._requests.labels(path, str(status), model_version, schema_digest).inc
        return count

    def _make_prediction_counters(self, model_version: str, schema_digest: str) -> tuple[Callable[[float], None], ...]:
        """Count shipments: on time, late, with notes."""
        return (
            self._predictions.labels(model_version, schema_digest, "0").inc,
            self._predictions.labels(model_version, schema_digest, "1").inc,
            self._with_notes.labels(model_version, schema_digest).inc,
        )

    def render(self) -> bytes:
        """All metrics in Prometheus's text format."""
        registry = self.registry
        if self._multiple_processes:
            registry = CollectorRegistry()
            multiprocess.MultiProcessCollector(registry)  # type: ignore[no-untyped-call] # published without types
        return generate_latest(registry)
