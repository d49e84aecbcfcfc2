"""The serving model's metadata, and Prometheus metrics: for callers with any key."""

from typing import Any

from fastapi import APIRouter
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import PlainTextResponse, Response

from delay_core.bundle import Bundle
from delay_core.ports.prediction_log import model_uri
from delay_core.recalibration import RecalibrationRecord
from entrypoints.api.context import Context
from entrypoints.api.observability.prometheus import CONTENT_TYPE
from entrypoints.api.problems import Problem
from entrypoints.api.routes.responses import problems
from entrypoints.api.routing import ApiRoute
from entrypoints.api.schemas import Metadata, RecalibrationSummary
from entrypoints.api.security.access_control import requires

router = APIRouter(route_class=ApiRoute, tags=["service"], dependencies=[requires()])


@router.get("/model/metadata", summary="The model that serves (any key)", responses=problems(503))
async def model_metadata(context: Context) -> Metadata:
    """Version, parameters, test metrics with intervals, features."""
    model = context.watcher.model
    if model is None:
        reason = "the model is not loaded; GET /health/ready has the reason"
        raise Problem(503, reason, headers={"Retry-After": "5"})
    bundle, version = model.predictor.bundle, model.version
    test: dict[str, Any] = bundle.metrics["test"]["winner"]
    return Metadata(
        model_name=version.name,
        model_version=version.version,
        model_uri=model_uri(version.name, version.version),
        run_id=version.run_id or None,
        parameters={"model": bundle.metrics["winner"], **bundle.metrics["parameters"]},
        metrics={name: estimate["value"] for name, estimate in test.items() if isinstance(estimate, dict)},
        metrics_intervals=test,
        baseline_intervals=bundle.metrics["test"]["baseline"],
        recent_rate_intervals=bundle.metrics["test"].get("recent", {}),
        recalibration=_recalibration(bundle),
        schema=bundle.schema.name,
        schema_digest=model.schema_digest,
        bundle_digest=version.digest,
        features=list(bundle.encoder.names),
    )


def _recalibration(bundle: Bundle) -> RecalibrationSummary | None:
    record = RecalibrationRecord.read(bundle.metrics)
    if record is None:
        return None
    span = record.calibrator_outcomes
    calibrator = span and {"outcomes": span.rows, "known_from": span.first_known_at, "known_until": span.last_known_at}
    names = set(RecalibrationSummary.model_fields) - {"calibrator_outcomes"}
    return RecalibrationSummary.model_validate({**record.model_dump(include=names), "calibrator_outcomes": calibrator})


@router.get(
    "/metrics",
    summary="Metrics for Prometheus (any key)",
    responses=problems(),
    response_class=PlainTextResponse,
)
async def metrics(context: Context) -> Response:
    """All metrics in Prometheus's text format."""
    return Response(await run_in_threadpool(context.render_metrics), media_type=CONTENT_TYPE)
