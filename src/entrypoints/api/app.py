"""The application: wired from settings, started and ended with the server that carries it."""

import asyncio
import gc
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from fastapi import FastAPI

from entrypoints.api.edge import Edge
from entrypoints.api.observability.logging import AccessLog, configure_logging
from entrypoints.api.predicting import Predicting
from entrypoints.api.routes import add_routes
from entrypoints.api.security.access_control import AccessControl
from entrypoints.api.security.api_keys import ApiKeyStore
from entrypoints.api.service import Service
from entrypoints.api.wiring import wire
from entrypoints.container import ApiContainer
from entrypoints.settings import Settings

SELDOM = (10_000, 5, 5)
"""Objects more than before that make the collector look, and how often it looks at older ones: what goes in circles
must not pile up (`make bench-serving PARTS=memory`)."""
SWITCH = 0.0002
"""Seconds after which the event loop gets its turn while a thread computes."""


def make_app(settings: Settings | None = None) -> Edge:
    """The whole API as an ASGI application; without `settings`, from the environment.

    Nothing is opened before the server starts it.
    """
    container = ApiContainer(settings=settings or Settings())
    service, ends = wire(container)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        loop = asyncio.get_running_loop()
        await loop.run_in_executor(None, ends.begin)
        service.answering.start(loop)
        sys.setswitchinterval(SWITCH)
        gc.collect()
        gc.set_threshold(*SELDOM)
        gc.freeze()  # what is there now stays: the collector does not walk through it again at every pause
        yield
        await loop.run_in_executor(None, ends.close)

    app = FastAPI(title="delay", openapi_url=None, docs_url=None, redoc_url=None, lifespan=lifespan)
    app.router.redirect_slashes = False  # behind a proxy with TLS it would send callers, and their keys, to http://
    add_routes(app, service)
    return _edge(app, service)


def _edge(app: FastAPI, service: Service) -> Edge:
    api = service.settings
    return Edge(
        app,
        AccessControl(ApiKeyStore(Path(api.keys)) if api.keys else None, api.rate_per_second),
        Predicting(service.answering, api.batch_limit),
        service.metrics,
        AccessLog(log_all=api.access_log == "all"),
        body_limit=api.body_limit,
        labels=service.labels,
    )


def served_app() -> Edge:
    """The application of a server's own process, whose logs are lines of JSON."""
    configure_logging()
    return make_app()
