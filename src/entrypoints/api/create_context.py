"""How the services of an API are wired."""

import os
import time
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

from delay_core.planning import WorklistModel
from entrypoints.api.context import ApiContext, Logs, worklist_model
from entrypoints.api.drain import Drain
from entrypoints.api.observability.health_checks import HealthChecks
from entrypoints.api.observability.logging import AccessLog
from entrypoints.api.observability.prometheus import ApiMetrics
from entrypoints.api.security.access_control import AccessControl
from entrypoints.api.security.api_keys import ApiKeyStore
from entrypoints.api.serving.background_pool import BackgroundPool
from entrypoints.api.serving.batcher import PredictionBatcher
from entrypoints.api.serving.cached_values import CachedValues
from entrypoints.api.serving.group_commit import GroupCommitWriter
from entrypoints.api.serving.idempotency import IdempotentPredictor
from entrypoints.api.serving.model_watcher import ModelWatcher
from entrypoints.api.serving.reason_warmer import ReasonWarmer
from entrypoints.api.serving.reasons import ReasonCache
from entrypoints.api.serving.worklist_updater import WorklistUpdater
from entrypoints.container import ApiContainer, resolve_schema
from entrypoints.settings import Settings, WorklistSettings

HISTORY_SECONDS = 15.0
"""How long versions and decisions are repeated before the registry is read again."""
RELIABILITY_SECONDS = 60.0
"""How long an answer about reliability is repeated before the counts are read again."""


def create_context(settings: Settings) -> ApiContext:
    """The services, wired from the container. Opens nothing."""
    container = ApiContainer(settings=settings)
    api = settings.api
    schema = resolve_schema(api.schema_)
    model_name = settings.model_name_for(schema.name)
    metrics = ApiMetrics(multiple_processes="PROMETHEUS_MULTIPROC_DIR" in os.environ)
    watcher = ModelWatcher(container.use_cases.follow_alias(name=model_name), api.poll_seconds)
    audit_log = container.logs.audit_log()
    logs = None
    if settings.prediction_log:
        logs = _create_logs(container, settings.worklist, watcher, lambda: worklist_model(watcher, model_name, schema))
    writer = None
    if settings.prediction_log:
        writer = GroupCommitWriter(
            container.logs.prediction_log(), _commit_observer(metrics, watcher), time.perf_counter
        )
    batcher = PredictionBatcher(watcher, writer, metrics, api.queue_limit, api.deadline_seconds)
    keys = ApiKeyStore(Path(api.keys)) if api.keys else None
    return ApiContext(
        settings=api,
        model_name=model_name,
        model_alias=settings.model_alias,
        default_schema=schema,
        version=version("delay-core"),
        access_control=AccessControl(keys, api.rate_per_second),
        access_log=AccessLog(log_all=api.access_log == "all"),
        metrics=metrics,
        drain=Drain(api.drain_seconds),
        watcher=watcher,
        batcher=batcher,
        predictor=IdempotentPredictor(batcher),
        planning_pool=BackgroundPool(api.deadline_seconds),
        reliability_cache=CachedValues(RELIABILITY_SECONDS),
        version_history=container.registry.version_history(),
        history_cache=CachedValues(HISTORY_SECONDS),
        health=HealthChecks(watcher, container.registry.serving_catalog(), audit_log, logs.outbox if logs else None),
        audit_log=audit_log,
        promotions=container.registry.serving_promotions(),
        monitoring=container.monitoring.store(),
        logs=logs,
        container=container,
    )


def _create_logs(
    container: ApiContainer, settings: WorklistSettings, watcher: ModelWatcher, model: Callable[[], WorklistModel]
) -> Logs:
    predictions, read_worklist = container.logs.prediction_reader(), container.use_cases.read_worklist()
    reasons = ReasonCache()
    return Logs(
        predictions=predictions,
        outcomes=container.logs.outcome_log(),
        actions=container.logs.action_log(),
        list_predictions=container.use_cases.list_predictions(),
        measure_reliability=container.use_cases.measure_reliability(),
        record_outcome=container.use_cases.record_outcome(),
        record_action=container.use_cases.record_action(),
        read_worklist=read_worklist,
        worklist_updater=WorklistUpdater(read_worklist, model, settings.refresh_seconds),
        reasons=reasons,
        reason_warmer=ReasonWarmer(
            container.logs.worklist(), predictions, reasons, lambda: watcher.model, settings.open_for
        ),
        outbox=container.logs.outbox(),
    )


def _commit_observer(metrics: ApiMetrics, watcher: ModelWatcher) -> Callable[[float], None]:
    def observe(seconds: float) -> None:
        model = watcher.model
        if model is not None:
            metrics.stage_observer("log", *model.metric_labels)(seconds)

    return observe
