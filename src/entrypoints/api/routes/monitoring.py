"""GET /monitoring: the windows that monitoring computed, for callers with any key."""

from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.concurrency import run_in_threadpool

from delay_core.monitoring.result_json import result_json
from delay_core.ports.monitoring_store import ResultFilter
from entrypoints.api.context import Context
from entrypoints.api.routes.responses import problems
from entrypoints.api.routing import ApiRoute
from entrypoints.api.schemas import Monitoring, MonitoringWindow
from entrypoints.api.security.access_control import requires

router = APIRouter(route_class=ApiRoute, tags=["service"], dependencies=[requires()])

MAX_WINDOWS = 100


@router.get("/monitoring", summary="Drift, performance and decisions (any key)", responses=problems(422, 503))
async def monitoring(
    context: Context,
    limit: Annotated[int, Query(ge=1, le=MAX_WINDOWS, description="Windows, the newest first.")] = 7,
    model_version: Annotated[
        int | None, Query(ge=1, le=2**31 - 1, description="Windows of this version alone.")
    ] = None,
) -> Monitoring:
    """The newest windows; an empty list before the first run of `delay monitor run`."""
    conditions = ResultFilter(model_version=model_version)
    results = await run_in_threadpool(context.monitoring.newest, context.model_name, conditions, limit)
    windows = [MonitoringWindow.model_validate(result_json(result)) for result in results]
    return Monitoring(model_name=context.model_name, windows=windows)
