"""The promotion gate: what a challenger must show before it serves, and the decision that is recorded."""

from collections.abc import Sequence
from typing import Literal

from pydantic import BaseModel, ConfigDict

from delay_core.evaluation.figures import Figure

MINIMUM_ROWS = 50
"""Fewer common rows than this compare nothing."""


class Decision(BaseModel):
    """What was decided about a version, with every number it rests on. Holds no times: the record adds them."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    action: Literal["promoted", "refused", "rolled_back"]
    name: str
    version: int
    digest: str
    replaced: int | None = None
    """The version that served before, where the action changed it."""
    reasons: tuple[str, ...]
    gain_over_baseline: Figure | None = None
    gain_over_champion: Figure | None = None
    compared_rows: int | None = None


def objections(gain_over_baseline: Figure, gain_over_champion: Figure | None, *, withdrawn: bool) -> list[str]:
    """Why a challenger may not serve; empty when nothing speaks against it.

    Gains are how much lower its log-loss is, paired, with a 95 % interval: the whole interval must lie above 0.
    `withdrawn` says that the same version served once and was rolled back.
    """
    found = []
    if withdrawn:
        found.append("it was rolled back before, and is not promoted again by itself")
    if gain_over_baseline.low <= 0:
        found.append(f"it does not surely beat the historical late rate: log-loss lower by {gain_over_baseline}")
    if gain_over_champion is not None and gain_over_champion.low <= 0:
        found.append(f"it does not surely beat the champion: log-loss lower by {gain_over_champion}")
    return found


def was_withdrawn(decisions: Sequence[Decision], version: int) -> bool:
    """Whether the newest decision that moved this version took it out of service."""
    for decision in reversed(decisions):
        if decision.action == "promoted" and decision.version == version:
            return False
        if decision.action == "rolled_back" and decision.replaced == version:
            return True
    return False


def predecessor(decisions: Sequence[Decision], version: int) -> int | None:
    """The version that this one replaced when it was last promoted."""
    for decision in reversed(decisions):
        if decision.action == "promoted" and decision.version == version:
            return decision.replaced
    return None
