"""Reasons as a waterfall: from the base probability, each adds its points to the one before, up to the probability."""

from dataclasses import dataclass
from typing import Literal

from entrypoints.api.schemas import WhatIfState
from entrypoints.ui.amounts import format_points, format_probability
from entrypoints.ui.plain_text import shorten

MAX_BARS = 8
"""Reasons with a bar of their own; the others share one."""


@dataclass(frozen=True)
class Bar:
    """A bar from `start` to `end` in percent."""

    label: str
    start: float
    end: float
    text: str
    kind: Literal["total", "later", "sooner"]


def waterfall(state: WhatIfState) -> list[Bar]:
    """The base, the reasons by size, what the others add together, and the probability."""
    ranked = sorted(state.reasons, key=lambda reason: -abs(reason.points))
    steps = [(shorten(reason.feature, 40), reason.points) for reason in ranked[:MAX_BARS]]
    others = ranked[MAX_BARS:]
    if others:
        steps.append((f"{len(others)} others", sum(reason.points for reason in others)))
    level = 100 * state.base_probability
    bars = [Bar("an average shipment", 0, level, format_probability(state.base_probability), "total")]
    for label, points in steps:
        kind: Literal["later", "sooner"] = "later" if points > 0 else "sooner"
        bars.append(Bar(label, level, level + points, format_points(points), kind))
        level += points
    bars.append(Bar("this shipment", 0, 100 * state.probability, format_probability(state.probability), "total"))
    return bars
