"""The decision that is recorded, and what the record of decisions says."""

from collections.abc import Sequence
from typing import Literal

from pydantic import BaseModel, ConfigDict

from delay_core.evaluation import Estimate
from delay_core.promotion.check import Check
from delay_core.promotion.policy import GatePolicy


class Decision(BaseModel):
    """What was decided about a version, with every number it rests on. Holds no times: the record adds them.

    `checks`, `policy` and `forced` are missing from decisions that were recorded before there were any.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")
    action: Literal["promoted", "refused", "rolled_back"]
    name: str
    version: int
    digest: str
    replaced: int | None = None
    """The version that served before, where the action changed it."""
    reasons: tuple[str, ...]
    gain_over_baseline: Estimate | None = None
    gain_over_champion: Estimate | None = None
    compared_rows: int | None = None
    checks: tuple[Check, ...] = ()
    policy: GatePolicy | None = None
    forced: bool = False
    """Whether it was promoted against a check that it did not pass."""


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
