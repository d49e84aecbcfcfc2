"""Health for people, load balancers and orchestrators."""

from dataclasses import asdict
from http import HTTPStatus
from typing import Any

from fastapi import APIRouter, Response

from entrypoints.api.context import ApiContext, Context
from entrypoints.api.observability.health_checks import ComponentHealth, overall_status
from entrypoints.api.routes.responses import problems
from entrypoints.api.routing import ApiRoute
from entrypoints.api.schemas import Dependency, Health, Liveness
from entrypoints.api.security.access_control import PUBLIC

router = APIRouter(route_class=ApiRoute, tags=["service"], dependencies=[PUBLIC])

_UNAVAILABLE: dict[int | str, dict[str, Any]] = {
    503: {
        "model": Health,
        "description": "It cannot predict; `dependencies` has the reason.",
    }
}


@router.get("/health", summary="State of the service and its dependencies", responses=problems())
async def health(context: Context) -> Health:
    """The state; 200 even if the service is unavailable."""
    return await _check_health(context)


@router.get("/health/live", summary="Whether the process responds", responses=problems())
async def live() -> Liveness:
    """For liveness probes: checks nothing else."""
    return Liveness()


@router.get("/health/ready", summary="Whether the service can predict", responses={**problems(), **_UNAVAILABLE})
async def ready(context: Context, response: Response) -> Health:
    """For readiness probes: 503 if the service is unavailable."""
    state = await _check_health(context)
    if state.status == "unavailable":
        response.status_code = HTTPStatus.SERVICE_UNAVAILABLE
    return state


async def _check_health(context: ApiContext) -> Health:
    components = await context.health.check()
    if context.drain.is_active:
        components = {**components, "server": ComponentHealth("down", "it stops, and answers until then")}
    model = context.watcher.model
    return Health(
        status=overall_status(components),
        model_loaded=model is not None,
        model_version=model.version.version if model else None,
        dependencies={name: Dependency(**asdict(component)) for name, component in components.items()},
    )
