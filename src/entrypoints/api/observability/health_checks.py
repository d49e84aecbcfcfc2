"""Health checks: each dependency is checked and reported as up, degraded or down."""

import asyncio
import logging
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from delay_core.errors import StoreError
from delay_core.ports.audit_log import AuditLog
from delay_core.ports.model_catalog import ModelCatalog
from delay_core.ports.outbox_status import OutboxStatus
from entrypoints.api.schemas.service import State, Status
from entrypoints.api.serving.model_watcher import ModelWatcher

_LOG = logging.getLogger("delay.api")
CHECK_TIMEOUT_SECONDS = 2.0
"""A database that does not respond within this time counts as unavailable."""
CACHE_TTL_SECONDS = 1.0
"""A result is reused for this time, so that frequent health requests do not load the database."""


@dataclass(frozen=True)
class ComponentHealth:
    """The state of one dependency, with a sentence for people."""

    state: State
    detail: str


class HealthChecks:
    """Checks model, registry and prediction log. Blocking checks run in threads, so the event loop never waits."""

    def __init__(
        self, watcher: ModelWatcher, catalog: ModelCatalog, audit_log: AuditLog, outbox: OutboxStatus | None
    ) -> None:
        """Reading `audit_log` shows whether the database responds. Without an `outbox`, the API logs no predictions."""
        self._watcher, self._catalog = watcher, catalog
        self._audit_log, self._outbox = audit_log, outbox
        self._threads = ThreadPoolExecutor(2, thread_name_prefix="health")
        self._latest: tuple[float, Mapping[str, ComponentHealth]] | None = None
        self._running: asyncio.Future[Mapping[str, ComponentHealth]] | None = None

    async def check(self) -> Mapping[str, ComponentHealth]:
        """The health of every component by name, at most CACHE_TTL_SECONDS old."""
        if self._latest is not None and time.monotonic() - self._latest[0] < CACHE_TTL_SECONDS:
            return self._latest[1]
        if self._running is None:
            self._running = asyncio.ensure_future(self._check_all())
            self._running.add_done_callback(lambda _: setattr(self, "_running", None))
        return await asyncio.shield(self._running)

    def close(self) -> None:
        """Stop without waiting for checks that hang."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def _check_all(self) -> Mapping[str, ComponentHealth]:
        loop = asyncio.get_running_loop()
        components = {"model": self._model(), "registry": self._registry()}
        if self._outbox is not None:
            ping = loop.run_in_executor(self._threads, self._database_error)
            try:
                error = await asyncio.wait_for(ping, CHECK_TIMEOUT_SECONDS)
            except TimeoutError:
                error = "the database does not respond"
            components["prediction_log"] = await loop.run_in_executor(None, self._prediction_log, self._outbox, error)
        self._latest = time.monotonic(), components
        return components

    def _model(self) -> ComponentHealth:
        model, problem = self._watcher.model, self._watcher.public_problem
        if model is None:
            return ComponentHealth("down", f"not loaded: {problem}")
        detail = f"version {model.version.version} of {model.version.name}"
        return ComponentHealth("degraded", f"{detail}; {problem}") if problem else ComponentHealth("up", detail)

    def _registry(self) -> ComponentHealth:
        since = self._catalog.stale_since
        if since is not None:
            return ComponentHealth(
                "degraded", f"MLflow is unavailable; last known state of {since:%Y-%m-%d %H:%M:%S} UTC"
            )
        return ComponentHealth("up", "MLflow responds")

    def _database_error(self) -> str | None:
        try:
            self._audit_log.newest(1)
        except StoreError:
            return "the database is unavailable"
        return None

    def _prediction_log(self, outbox: OutboxStatus, error: str | None) -> ComponentHealth:
        database = error or "the database responds"
        state = outbox.state()
        for problem in filter(None, (state.file_error, state.last_error)):
            _LOG.warning("the outbox holds %d rows: %s", state.rows, problem)
        # Without an outbox, or with a full one, predictions are logged as long as the database responds.
        without_outbox: State = "degraded" if error is None else "down"
        if state.file_error is not None:
            return ComponentHealth(without_outbox, f"{database}; the outbox cannot be used")
        if state.is_full:
            return ComponentHealth(without_outbox, f"{database}; the outbox is full")
        if error is None and not state.rows:
            return ComponentHealth("up", f"{database}; the outbox is empty")
        return ComponentHealth("degraded", f"{database}; the outbox holds {state.rows} of at most {state.limit} rows")


def overall_status(components: Mapping[str, ComponentHealth]) -> Status:
    """The status of the service: unavailable if one component is down, degraded if one is degraded."""
    states = {component.state for component in components.values()}
    return "unavailable" if "down" in states else "degraded" if "degraded" in states else "ok"
