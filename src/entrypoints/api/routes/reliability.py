"""GET /reliability: of what was predicted with a probability, the share that came late, by week."""

from collections.abc import Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Annotated

import numpy as np
from fastapi import APIRouter, Query

from delay_core.evaluation import wilson_bounds
from delay_core.ports.reliability_reader import BANDS, BandCounts
from delay_core.use_cases.measure_reliability import MeasureReliability, WeekCounts, all_bands
from entrypoints.api.context import Context
from entrypoints.api.routes.responses import problems
from entrypoints.api.routing import ApiRoute
from entrypoints.api.schemas import ProbabilityBand, Reliability, ReliabilityWeek
from entrypoints.api.security.access_control import requires

router = APIRouter(route_class=ApiRoute, tags=["planning"], dependencies=[requires()])

MAX_WEEKS = 52


@router.get("/reliability", summary="Whether probabilities came true, by week (any key)", responses=problems(422, 503))
async def reliability(
    context: Context,
    weeks: Annotated[int, Query(ge=1, le=MAX_WEEKS, description="Weeks, the current one included.")] = 12,
) -> Reliability:
    """Late shares with 95 % intervals in ten bands of probability; what somebody acted on is left out."""
    compute = partial(measure, context.require_logs().measure_reliability, context.model_name, weeks)
    return await context.reliability_cache.get(weeks, compute)


def measure(measure_reliability: MeasureReliability, model_name: str, weeks: int) -> Reliability:
    """The response, from counts that are read now."""
    counted = measure_reliability(model_name, weeks, datetime.now(UTC))
    return Reliability(
        model_name=model_name, weeks=[_to_week(week) for week in counted], bands=_to_bands(all_bands(counted))
    )


def _to_week(week: WeekCounts) -> ReliabilityWeek:
    counts = week.counts
    return ReliabilityWeek(
        week_start=week.week_start,
        predictions=counts.rows,
        known_outcomes=sum(band.known for band in counts.bands),
        sampled=counts.sampled_rows,
        acted_on=counts.acted_on,
        bands=_to_bands(counts.bands),
    )


def _to_bands(bands: Sequence[BandCounts]) -> list[ProbabilityBand]:
    known = np.array([band.known for band in bands], dtype=np.int64)
    shares = np.array([band.late / band.known for band in bands], dtype=np.float64)
    low, high = (bounds.clip(0, 1).tolist() for bounds in wilson_bounds(shares, known))
    return [
        ProbabilityBand(
            low=band.band / BANDS,
            high=(band.band + 1) / BANDS,
            predictions=band.known,
            mean_probability=min(max(band.probability_sum / band.known, 0.0), 1.0),
            late_share=share,
            late_share_low=share_low,
            late_share_high=share_high,
        )
        for band, share, share_low, share_high in zip(bands, shares.tolist(), low, high, strict=True)
    ]
