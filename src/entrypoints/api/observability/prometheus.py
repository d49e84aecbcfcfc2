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

from delay_core.ports.outbox_status import OutboxState

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
        self.model_current = self._gauge(
            "delay_model_current", "Whether the version at the alias serves (1) or not (0)"
        )
        self.model_version = self._gauge("delay_model_version", "The version that serves")
        self.shipments_waiting = self._gauge("delay_shipments_waiting", "Shipments that wait for their predictions")
        self._database_up = self._gauge("delay_database_up", "Whether the last access to the database succeeded")
        self._outbox = {
            "journal_rows": self._gauge("delay_journal_rows", "Rows in the outbox, of any kind"),
            "pending": self._gauge("delay_outbox_pending_rows", "Rows in the outbox that wait for the database"),
            "dead": self._gauge("delay_outbox_dead_letters", "Rows in the outbox that the database refuses"),
            "bytes": self._gauge("delay_outbox_bytes", "Bytes of all rows in the outbox"),
            "oldest": self._gauge("delay_outbox_oldest_seconds", "Age of the first row that waits for the database"),
            "superseded": self._gauge(
                "delay_outbox_superseded_rows", "Predictions whose idempotency key another replica had answered before"
            ),
            "usable": self._gauge("delay_outbox_usable", "Whether the outbox's file can be used (1) or not (0)"),
        }
        self.stage_observer = lru_cache(maxsize=64)(self._make_stage_observer)
        self.request_counter = lru_cache(maxsize=512)(self._make_request_counter)
        self.prediction_counters = lru_cache(maxsize=64)(self._make_prediction_counters)

    def observe_outbox(self, state: OutboxState, now: float) -> None:
        """Set the metrics of outbox and database; `now` in seconds since 1970."""
        self._database_up.set(state.database_up)
        values = {
            "journal_rows": state.rows,
            "pending": state.pending,
            "dead": state.dead_letters,
            "bytes": state.size,
            "oldest": 0.0 if state.oldest is None else max(0.0, now - state.oldest.timestamp()),
            "superseded": state.superseded,
            "usable": state.file_error is None,
        }
        for name, value in values.items():
            self._outbox[name].set(value)

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
