"""The service, put together from what the container provides."""

import logging
import os
import time
from dataclasses import dataclass
from importlib.metadata import version

from delay_core.ports.model_catalog import ModelCatalog
from delay_core.ports.outbox_status import OutboxStatus
from entrypoints.api.answering import Answering
from entrypoints.api.log_writer import LogWriter
from entrypoints.api.model_watcher import ModelWatcher
from entrypoints.api.observability.health_checks import HealthChecks
from entrypoints.api.observability.prometheus import ApiMetrics
from entrypoints.api.service import Service
from entrypoints.container import ApiContainer, resolve_schema

_LOG = logging.getLogger("delay.api")


@dataclass(frozen=True)
class Ends:
    """What is begun before the first request, and ended after the last answer."""

    container: ApiContainer
    service: Service

    def begin(self) -> None:
        """Open what serves; a model or a database that is away does not stop it."""
        self.container.init_resources()
        self.service.following.start()

    def close(self) -> None:
        """Write what was answered, then let go, what stands on the others first."""
        self.service.answering.close()
        self.service.following.close()
        self.service.health.close()
        self.container.shutdown_resources()


def wire(container: ApiContainer) -> tuple[Service, Ends]:
    """The service and its ends. Opens nothing."""
    settings = container.settings()
    schema = resolve_schema(settings.api.schema_)
    name = settings.model_name_for(schema.name)
    metrics = ApiMetrics(multiple_processes="PROMETHEUS_MULTIPROC_DIR" in os.environ)
    audit = container.logs.audit_log()
    outbox: OutboxStatus = container.logs.outbox()
    catalog: ModelCatalog = container.registry.serving_catalog()
    logs = settings.prediction_log
    following = ModelWatcher(container.use_cases.follow_alias(name=name), settings.api.poll_seconds)

    def observe(seconds: float) -> None:
        model = following.model
        if model is not None:
            metrics.stage_observer("log", *model.metric_labels)(seconds)

    writer = LogWriter(container.logs.prediction_log(), observe, time.perf_counter) if logs else None
    service = Service(
        settings=settings.api,
        model_name=name,
        named_schema=schema,
        version=version("delay-core"),
        following=following,
        answering=Answering(following, writer, metrics, settings.api.queue_limit, settings.api.deadline_seconds),
        health=HealthChecks(
            following,
            lambda: catalog.stale_since,
            (lambda: audit.newest(1)) if logs else None,
            (lambda: _rows(outbox)) if logs else None,
        ),
        metrics=metrics,
        audit=audit,
        rollback=container.registry.serving_promotions().roll_back,
        predictions=container.logs.prediction_log() if logs else None,
        outcomes=container.logs.outcome_log() if logs else None,
        record_outcome=container.use_cases.record_outcome() if logs else None,
        journal_state=(lambda: _state(outbox)) if logs else None,
    )
    return service, Ends(container, service)


def _rows(outbox: OutboxStatus) -> tuple[int, int]:
    state = outbox.state()
    rows = state.pending + state.dead_letters
    if state.last_error is not None:
        _LOG.warning("the outbox holds %d rows: %s", rows, state.last_error)
    return rows, state.limit


def _state(outbox: OutboxStatus) -> tuple[int, bool]:
    state = outbox.state()
    return state.pending + state.dead_letters, state.database_up
