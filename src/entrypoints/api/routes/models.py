"""GET /models: the versions of the model, the decisions about them, and the version that serves."""

import asyncio
import logging
from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import partial

from fastapi import APIRouter

from delay_core.bundle import Bundle
from delay_core.errors import StoreError
from delay_core.evaluation import calibration_bins, wilson_bounds
from delay_core.ports.model_catalog import ModelVersion
from delay_core.ports.promotion_log import RecordedDecision
from delay_core.ports.version_history import VersionHistory
from delay_core.promotion import Decision
from entrypoints.api.context import Context
from entrypoints.api.problems import Problem
from entrypoints.api.routes.responses import problems
from entrypoints.api.routing import ApiRoute
from entrypoints.api.schemas import CalibrationPoint, GateDecision, Models, VersionSummary
from entrypoints.api.security.access_control import requires

router = APIRouter(route_class=ApiRoute, tags=["service"], dependencies=[requires()])

_LOG = logging.getLogger("delay.api")
MAX_VERSIONS = 50
MAX_DECISIONS = 50
MAX_RECORDS = 400
"""Decisions that are read: more than a year of daily recalibrations that are refused."""
REGISTRY_SECONDS = 5.0
"""How long a request waits for the registry; after it, the response has what this server knows."""

History = tuple[list[ModelVersion], list[RecordedDecision]]


@router.get(
    "/models", summary="Versions, decisions and the card of the serving version (any key)", responses=problems(503)
)
async def models(context: Context) -> Models:
    """Versions and decisions, the newest first; without the registry, what this server knows of the serving version."""
    versions, decisions, problem = await _history(context)
    serving = context.watcher.model
    if serving is None and problem is not None:
        raise Problem(503, f"{problem}, and the model is not loaded", headers={"Retry-After": "5"})
    if serving is not None and not versions:
        versions = [serving.version]
    bundle = None if serving is None else serving.predictor.bundle
    number = None if serving is None else serving.version.version
    return Models(
        model_name=context.model_name,
        alias=context.model_alias,
        serving_version=number,
        serving_since=_since(context.watcher.serving_since, serving=serving is not None),
        versions=[
            VersionSummary(version=one.version, digest=one.digest, run_id=one.run_id, serves=one.version == number)
            for one in versions
        ],
        decisions=gate_decisions(decisions)[:MAX_DECISIONS],
        calibration=[] if bundle is None else calibration_points(bundle),
        card=None if bundle is None else bundle.files["model_card.md"].decode(),
        registry_problem=problem,
    )


def read_history(history: VersionHistory, name: str) -> History:
    """The newest versions and decisions. Raises StoreError."""
    return history.versions(name, MAX_VERSIONS), history.decisions(name, MAX_RECORDS)


def calibration_points(bundle: Bundle) -> list[CalibrationPoint]:
    """Bins of the test rows that the bundle holds; none in a bundle without them."""
    reference = bundle.reference
    if reference is None:
        return []
    bins = calibration_bins(reference.labels, reference.probabilities)
    low, high = wilson_bounds(bins.late_share, bins.rows)
    columns = (bins.rows, bins.mean, bins.late_share, low, high)
    return [
        CalibrationPoint(
            rows=rows, mean_probability=mean, late_share=share, late_share_low=share_low, late_share_high=share_high
        )
        for rows, mean, share, share_low, share_high in zip(*(column.tolist() for column in columns), strict=True)
    ]


async def _history(context: Context) -> tuple[list[ModelVersion], list[RecordedDecision], str | None]:
    """Versions, decisions, and why they are missing."""
    compute = partial(read_history, context.version_history, context.model_name)
    try:
        async with asyncio.timeout(REGISTRY_SECONDS):
            return *await context.history_cache.get(context.model_name, compute), None
    except StoreError as error:
        _LOG.warning("versions and decisions were not read: %s", error)
        return [], [], "the model registry is unavailable"
    except TimeoutError:
        return [], [], "the model registry does not answer in time"


def gate_decisions(records: Iterable[RecordedDecision]) -> list[GateDecision]:
    """The decisions in their order, the newest first; refused recalibrations of a version in a row are one.

    Where recalibration is refused every day, they would fill the list.
    """
    groups: list[list[RecordedDecision]] = []
    for record in records:
        if groups and _repeats(groups[-1][-1].decision, record.decision):
            groups[-1].append(record)
        else:
            groups.append([record])
    return [_to_gate_decision(group) for group in groups]


def _repeats(newer: Decision, older: Decision) -> bool:
    return newer.version == older.version and all(
        (decision.action, decision.trigger) == ("refused", "recalibration") for decision in (newer, older)
    )


def _to_gate_decision(group: Sequence[RecordedDecision]) -> GateDecision:
    newest, oldest = group[0], group[-1]
    fields = newest.decision.model_dump(include=set(GateDecision.model_fields))
    first = oldest.recorded_at if len(group) > 1 else None
    return GateDecision(recorded_at=newest.recorded_at, occurrences=len(group), first_recorded_at=first, **fields)


def _since(moment: datetime | None, *, serving: bool) -> datetime | None:
    return moment if serving else None
