"""The service, put together from what the container provides."""

import logging
import os
import time
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version

from delay_core.errors import StoreError
from entrypoints.api.answering import Answering
from entrypoints.api.following import Following
from entrypoints.api.log_writer import LogWriter
from entrypoints.api.observability.health_checks import HealthChecks
from entrypoints.api.observability.prometheus import ApiMetrics
from entrypoints.api.service import Service
from entrypoints.container import Container, schema_of

_LOG = logging.getLogger("delay.api")


@dataclass(frozen=True)
class Ends:
    """What is begun before the first request, and ended after the last answer."""

    container: Container
    service: Service

    def begin(self) -> None:
        """Open what serves; a model or a database that is away does not stop it."""
        try:
            with self.container.serving().reading("look"):
                pass  # the first look at a database takes longer than an append may
        except StoreError as error:
            _LOG.warning("the serving database is away: %s", error)
        self.container.journal().start()
        self.service.following.start()

    def close(self) -> None:
        """Write what was answered, then let go, what stands on the others first."""
        self.service.answering.close()
        self.service.following.close()
        self.service.health.close()
        self.container.journal().close()
        self.container.serving().close()


def wire(container: Container) -> tuple[Service, Ends]:
    """The service and its ends. Opens nothing."""
    settings = container.settings()
    schema = schema_of(settings.api.schema_)
    name = settings.name_of_model(schema.name)
    metrics = ApiMetrics(multiple_processes="PROMETHEUS_MULTIPROC_DIR" in os.environ)
    audit = container.audit()
    logs = settings.prediction_log
    following = Following(container.follow(name=name), container.record_by_hand(), audit, settings.api.poll)

    def observe(seconds: float) -> None:
        model = following.model
        if model is not None:
            metrics.stage_observer("log", *model.metric_labels)(seconds)

    writer = LogWriter(container.predictions(), observe, time.perf_counter) if logs else None
    service = Service(
        settings=settings.api,
        model_name=name,
        named_schema=schema,
        version=version("delay-core"),
        following=following,
        answering=Answering(following, writer, metrics, settings.api.queue_limit, settings.api.deadline),
        health=HealthChecks(
            following,
            lambda: _stale_since(container),
            (lambda: audit.newest(1)) if logs else None,
            (lambda: _rows(container)) if logs else None,
        ),
        metrics=metrics,
        audit=audit,
        rollback=container.roll_back(),
        predictions=container.predictions() if logs else None,
        outcomes=container.outcomes() if logs else None,
        journal_state=(lambda: _state(container)) if logs else None,
    )
    return service, Ends(container, service)


def _stale_since(container: Container) -> datetime | None:
    found: datetime | None = container.followed_registry().stale_since
    return found


def _rows(container: Container) -> tuple[int, int]:
    state = container.journal().state()
    if state.last_error is not None:
        _LOG.warning("the journal holds %d rows: %s", state.waiting + state.set_aside, state.last_error)
    return state.waiting + state.set_aside, state.limit


def _state(container: Container) -> tuple[int, bool]:
    state = container.journal().state()
    return state.waiting + state.set_aside, state.database_up
