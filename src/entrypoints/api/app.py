"""The FastAPI application: routers, middleware, exception handlers, and the lifespan of its services."""

import gc
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

from fastapi import FastAPI
from starlette.middleware.errors import ServerErrorMiddleware
from starlette.types import ASGIApp

from entrypoints.api.context import ApiContext
from entrypoints.api.create_context import create_context
from entrypoints.api.exception_handlers import add_exception_handlers
from entrypoints.api.http_protocol import DEADLINE_SECONDS
from entrypoints.api.middleware import RequestMiddleware
from entrypoints.api.observability.logging import configure_logging
from entrypoints.api.orphans import stop_when_orphaned
from entrypoints.api.routes import ROUTERS
from entrypoints.api.routing import operation_id, refuse_unknown_path
from entrypoints.settings import Settings

GC_THRESHOLDS = (10_000, 5, 5)
"""New objects before a collection, and how often older generations are collected: reference cycles must not pile up
(`make bench-serving PARTS=memory`)."""
THREAD_SWITCH_SECONDS = 0.0002
"""Time after which a computing thread yields to the event loop."""


def create_app(settings: Settings | None = None) -> FastAPI:
    """The API; without `settings`, configured by the environment. Opens nothing before its lifespan starts."""
    return assemble_app(create_context(settings or Settings()))


def assemble_app(context: ApiContext) -> FastAPI:
    """The application around these services."""
    app = FastAPI(
        title="delay",
        openapi_url=None,  # GET /openapi.json describes the schema that serves now: routes/docs.py
        docs_url=None,  # GET /docs loads its assets from this server: routes/docs.py
        redoc_url=None,
        redirect_slashes=False,  # behind a TLS proxy, a redirect would lead clients and their keys to http://
        generate_unique_id_function=operation_id,
        lifespan=_lifespan,
    )
    app.state.context = context
    for router in ROUTERS:
        app.include_router(router)
    app.router.default = refuse_unknown_path
    add_exception_handlers(app)
    app.middleware_stack = RequestMiddleware(_without_server_errors(app.build_middleware_stack()), context)
    return app


def _without_server_errors(stack: ASGIApp) -> ASGIApp:
    """The layers inside Starlette's outermost one, which `RequestMiddleware` replaces: it answers unexpected errors."""
    return stack.app if isinstance(stack, ServerErrorMiddleware) else stack


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[Mapping[str, object]]:
    """Yields the state that every connection and request of the server has."""
    context: ApiContext = app.state.context
    await context.start()
    sys.setswitchinterval(THREAD_SWITCH_SECONDS)
    gc.collect()
    gc.set_threshold(*GC_THRESHOLDS)
    gc.freeze()  # the objects of the start-up live as long as the process: collections skip them
    yield {DEADLINE_SECONDS: context.settings.deadline_seconds}
    await context.stop()


def served_app() -> FastAPI:
    """The application of a server process, which logs JSON lines. uvicorn calls it by its name."""
    configure_logging()
    stop_when_orphaned()
    return create_app()
