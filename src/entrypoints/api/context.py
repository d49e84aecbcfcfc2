"""What the endpoints share: the services of one running API, and how they start and stop."""

import asyncio
import logging
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated
from uuid import uuid4

from fastapi import Depends, Request

from delay_core.errors import StoreError
from delay_core.planning import WorklistModel
from delay_core.ports.action_log import ActionLog
from delay_core.ports.audit_log import AuditEntry, AuditLog
from delay_core.ports.model_catalog import ModelVersion
from delay_core.ports.monitoring_store import MonitoringStore
from delay_core.ports.outbox_status import OutboxStatus
from delay_core.ports.outcome_log import OutcomeLog
from delay_core.ports.prediction_reader import PredictionReader
from delay_core.ports.promotion_log import RecordedDecision
from delay_core.ports.serving_promotions import ServingPromotions
from delay_core.ports.version_history import VersionHistory
from delay_core.schema import ShipmentSchema
from delay_core.use_cases.list_predictions import ListPredictions
from delay_core.use_cases.measure_reliability import MeasureReliability
from delay_core.use_cases.read_worklist import ReadWorklist
from delay_core.use_cases.record_action import RecordAction
from delay_core.use_cases.record_outcome import RecordOutcome
from entrypoints.api.drain import Drain
from entrypoints.api.observability.health_checks import HealthChecks
from entrypoints.api.observability.logging import AccessLog
from entrypoints.api.observability.prometheus import ApiMetrics
from entrypoints.api.problems import Problem
from entrypoints.api.schemas import Reliability
from entrypoints.api.security.access_control import AccessControl
from entrypoints.api.serving.background_pool import BackgroundPool
from entrypoints.api.serving.batcher import PredictionBatcher
from entrypoints.api.serving.cached_values import CachedValues
from entrypoints.api.serving.idempotency import IdempotentPredictor
from entrypoints.api.serving.model_watcher import ModelWatcher
from entrypoints.api.serving.reason_warmer import ReasonWarmer
from entrypoints.api.serving.reasons import ReasonCache
from entrypoints.api.serving.worklist_updater import WorklistUpdater
from entrypoints.container import ApiContainer
from entrypoints.settings import ApiSettings

_LOG = logging.getLogger("delay.api")


@dataclass(frozen=True, eq=False)
class Logs:
    """The logs, and the use cases that read and write them. Absent where DELAY_PREDICTION_LOG=off."""

    predictions: PredictionReader
    outcomes: OutcomeLog
    actions: ActionLog
    list_predictions: ListPredictions
    measure_reliability: MeasureReliability
    record_outcome: RecordOutcome
    record_action: RecordAction
    read_worklist: ReadWorklist
    reasons: ReasonCache
    reason_warmer: ReasonWarmer
    worklist_updater: WorklistUpdater
    outbox: OutboxStatus


@dataclass(frozen=True, eq=False)
class ApiContext:
    """The services of one API. Without logs, it predicts and stores nothing."""

    settings: ApiSettings
    model_name: str
    model_alias: str
    default_schema: ShipmentSchema
    version: str
    access_control: AccessControl
    access_log: AccessLog
    metrics: ApiMetrics
    drain: Drain
    watcher: ModelWatcher
    batcher: PredictionBatcher
    predictor: IdempotentPredictor
    planning_pool: BackgroundPool
    reliability_cache: CachedValues[int, Reliability]
    version_history: VersionHistory
    history_cache: CachedValues[str, tuple[list[ModelVersion], list[RecordedDecision]]]
    health: HealthChecks
    audit_log: AuditLog
    promotions: ServingPromotions
    monitoring: MonitoringStore
    logs: Logs | None
    container: ApiContainer

    @property
    def schema(self) -> ShipmentSchema:
        """The schema of the serving model; the configured one while no model is loaded."""
        model = self.watcher.model
        return model.predictor.bundle.schema if model else self.default_schema

    @property
    def worklist_model(self) -> WorklistModel:
        """What the worklist needs of the serving model."""
        return worklist_model(self.watcher, self.model_name, self.default_schema)

    @property
    def metric_labels(self) -> tuple[str, str]:
        """Version and schema digest of the serving model; empty while no model is loaded."""
        model = self.watcher.model
        return ("", "") if model is None else model.metric_labels

    async def start(self) -> None:
        """Open databases and load the model. An unavailable model or database does not prevent the start."""
        loop = asyncio.get_running_loop()
        await loop.run_in_executor(None, self.container.init_resources)
        await loop.run_in_executor(None, self.watcher.start)
        self.batcher.start(loop)
        if self.logs is not None:
            self.logs.worklist_updater.start()
            self.logs.reason_warmer.start()
        self.drain.install(loop)

    async def stop(self) -> None:
        """Log what was predicted, then close everything, the users of a service before the service."""
        loop = asyncio.get_running_loop()
        threads = () if self.logs is None else (self.logs.worklist_updater, self.logs.reason_warmer)
        for service in (self.batcher, *threads, self.planning_pool, self.watcher, self.health):
            await loop.run_in_executor(None, service.close)
        await loop.run_in_executor(None, self.container.shutdown_resources)

    def require_logs(self) -> Logs:
        """The logs. Raises Problem (503) without them."""
        if self.logs is None:
            raise Problem(503, "predictions, outcomes and actions are switched off (DELAY_PREDICTION_LOG=off)")
        return self.logs

    def audit_action(self, actor: str, action: str, outcome: str, request_id: str, subject: str | None = None) -> None:
        """Audit what a caller changed: the model, unless there is a subject.

        It is logged too, in case the database is unavailable.
        """
        _LOG.info("%s by %s: %s", action, actor, outcome, extra={"request_id": request_id})
        try:
            self.audit_log.append(
                [AuditEntry(uuid4(), datetime.now(UTC), actor, action, subject or self.model_name, outcome, request_id)]
            )
        except StoreError as error:
            _LOG.error("not audited: %s by %s: %s", action, actor, error, extra={"request_id": request_id})

    def render_metrics(self) -> bytes:
        """All metrics in Prometheus's text format."""
        model, metrics = self.watcher.model, self.metrics
        metrics.model_loaded.set(model is not None)
        metrics.model_current.set(model is not None and self.watcher.problem is None)
        metrics.model_version.set(model.version.version if model else 0)
        metrics.shipments_waiting.set(self.batcher.shipments_waiting)
        if self.logs is not None:
            state = self.logs.outbox.state()
            metrics.observe_outbox(state, time.time())
        return metrics.render()


def get_context(request: Request) -> ApiContext:
    """Dependency: the services of the API that received the request, as the middleware has set them."""
    context: ApiContext = request.scope["state"]["context"]
    return context


Context = Annotated[ApiContext, Depends(get_context)]
"""Parameter of an endpoint: the services of the API."""


def worklist_model(watcher: ModelWatcher, name: str, default_schema: ShipmentSchema) -> WorklistModel:
    """What the worklist needs of the serving model; without one, the schema that is configured."""
    model = watcher.model
    if model is None:
        return WorklistModel(name, default_schema)
    bundle = model.predictor.bundle
    return WorklistModel(name, bundle.schema, model.version.version, bundle.label_sets)
