"""Administration: follow the serving alias now, and roll back. Every action is audited."""

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool

from delay_core.errors import BundleError, NoSuchModel, ServingChanged, StoreError
from entrypoints.api.context import Context
from entrypoints.api.problems import Problem
from entrypoints.api.routes.responses import problems
from entrypoints.api.routing import ApiRoute
from entrypoints.api.schemas import ReloadResponse, RollbackResponse
from entrypoints.api.security.access_control import CurrentCaller, requires
from entrypoints.keys import Scope

router = APIRouter(prefix="/admin", route_class=ApiRoute, tags=["administration"], dependencies=[requires(Scope.ADMIN)])


@router.post("/reload", summary="Load the version at the serving alias now", responses=problems(409, 503))
async def reload(request: Request, context: Context, caller: CurrentCaller) -> ReloadResponse:
    """Load the version at the alias, even if it was refused recently."""
    request_id: str = request.state.request_id
    result = await run_in_threadpool(context.watcher.refresh, caller.name, request_id, force=True)
    model = context.watcher.model
    await run_in_threadpool(context.audit_action, caller.name, "reload", result.problem or "done", request_id)
    if result.problem is not None:
        raise Problem(409 if model else 503, f"nothing was changed: {result.public_problem}")
    return ReloadResponse(changed=result.changed, model_version=model.version.version if model else None)


@router.post("/rollback", summary="Let the version before this one serve", responses=problems(409, 503))
async def rollback(request: Request, context: Context, caller: CurrentCaller) -> RollbackResponse:
    """Point the alias at the version that served before, and load it."""
    request_id: str = request.state.request_id
    try:
        decision = await run_in_threadpool(context.promotions.roll_back, context.model_name)
    except (NoSuchModel, BundleError, ServingChanged) as error:
        await run_in_threadpool(context.audit_action, caller.name, "rollback", f"refused: {error}", request_id)
        raise Problem(409, f"nothing was changed: {error.public}") from None
    except StoreError as error:
        await run_in_threadpool(context.audit_action, caller.name, "rollback", f"failed: {error}", request_id)
        message = "a store is unavailable; the rollback may be made already: see which version serves before a retry"
        raise Problem(503, message) from error
    result = await run_in_threadpool(context.watcher.refresh, caller.name, request_id, force=True)
    model = context.watcher.model
    is_served = result.problem is None and model is not None and model.version.version == decision.version
    outcome = f"version {decision.version} instead of {decision.replaced}"
    await run_in_threadpool(context.audit_action, caller.name, "rollback", outcome, request_id)
    return RollbackResponse(model_version=decision.version, replaced=decision.replaced, served=is_served)
