"""GET /reliability: predictions beside what came."""

from datetime import UTC, datetime, timedelta
from typing import Any

from entrypoints.api.schemas import ProbabilityBand, Reliability, ReliabilityWeek


def bands(outcomes: int, late_too: float = 0.0) -> list[ProbabilityBand]:
    """Ten bands, each with so many outcomes; the share that came late is what was predicted, and `late_too` more."""
    ten = []
    for number in range(10):
        share = min(1.0, max(0.0, number / 10 + 0.05 + late_too))
        half_width = 0.8 * outcomes**-0.5 if outcomes else 1.0
        values = {"low": number / 10, "high": (number + 1) / 10, "predictions": outcomes, "late_share": share}
        interval = {"late_share_low": max(0.0, share - half_width), "late_share_high": min(1.0, share + half_width)}
        ten.append(ProbabilityBand(mean_probability=number / 10 + 0.05, **values, **interval))
    return ten


def reliability(weekly_outcomes: int = 40, **values: Any) -> Reliability:
    weeks = [
        ReliabilityWeek(
            week_start=datetime(2026, 3, 2, tzinfo=UTC) - timedelta(weeks=week),
            predictions=12 * weekly_outcomes,
            known_outcomes=10 * weekly_outcomes,
            acted_on=week,
            bands=bands(weekly_outcomes, late_too=0.01 * week),
        )
        for week in range(3)
    ]
    together = {"weeks": weeks, "bands": bands(3 * weekly_outcomes, late_too=0.01)}
    return Reliability.model_validate({"model_name": "parcels_delay", **together, **values})
