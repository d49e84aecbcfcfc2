"""What the endpoints share: the model that serves, the logs, and what is told about them."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from delay_core.errors import StoreError
from delay_core.ports.audit_log import AuditEntry, AuditLog
from delay_core.ports.outcome_log import OutcomeLog
from delay_core.ports.prediction_log import PredictionLog
from delay_core.promotion import Decision
from delay_core.schema import ShipmentSchema
from delay_core.use_cases.record_outcome import RecordOutcome
from entrypoints.api.answering import Answering
from entrypoints.api.model_watcher import ModelWatcher
from entrypoints.api.observability.health_checks import HealthChecks
from entrypoints.api.observability.prometheus import ApiMetrics
from entrypoints.api.openapi import document
from entrypoints.settings import ApiSettings

_LOG = logging.getLogger("delay.api")


@dataclass(frozen=True, eq=False)
class Service:
    """Wired once, at the start. Without logs, predictions are answered and forgotten."""

    settings: ApiSettings
    model_name: str
    named_schema: ShipmentSchema
    version: str
    following: ModelWatcher
    answering: Answering
    health: HealthChecks
    metrics: ApiMetrics
    audit: AuditLog
    rollback: Callable[[str], Decision]
    predictions: PredictionLog | None
    outcomes: OutcomeLog | None
    record_outcome: RecordOutcome | None
    journal_state: Callable[[], tuple[int, bool]] | None
    _documents: dict[str, Any] = field(default_factory=dict)

    @property
    def schema(self) -> ShipmentSchema:
        """Of the model that serves; until there is one, that which the service was started with."""
        model = self.following.model
        return model.predictor.bundle.schema if model else self.named_schema

    def labels(self) -> tuple[str, str]:
        """The version and the schema digest that serve now."""
        model = self.following.model
        return ("", "") if model is None else model.metric_labels

    def record(self, actor: str, action: str, outcome: str, request_id: str) -> None:
        """Audit what an administrator did; in the log as well, which is there when the database is not."""
        _LOG.info("%s by %s: %s", action, actor, outcome, extra={"request_id": request_id})
        try:
            self.audit.append(
                [AuditEntry(uuid4(), datetime.now(UTC), actor, action, self.model_name, outcome, request_id)]
            )
        except StoreError as error:
            _LOG.error("this was not audited: %s by %s: %s", action, actor, error, extra={"request_id": request_id})

    def metrics_text(self) -> bytes:
        """Everything that Prometheus is told."""
        model = self.following.model
        self.metrics.model_loaded.set(model is not None)
        self.metrics.model_version.set(model.version.version if model else 0)
        self.metrics.shipments_waiting.set(self.answering.waiting)
        if self.journal_state is not None:
            waiting, up = self.journal_state()
            self.metrics.journal_rows.set(waiting)
            self.metrics.database_up.set(up)
        return self.metrics.render()

    def openapi(self) -> dict[str, Any]:
        """The document, for the schema that serves now."""
        schema = self.schema
        if self._documents.get("of") is not schema:
            whole = document(
                schema,
                title=f"Delays of {schema.name}",
                version=self.version,
                keys=self.settings.keys is not None,
                most_shipments=self.settings.batch_limit,
            )
            self._documents.update(of=schema, whole=whole)
        found: dict[str, Any] = self._documents["whole"]
        return found
