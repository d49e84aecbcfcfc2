"""The promotion gate: what a challenger must show before it serves, and the decision that is recorded.

A name loads its module when it is first used: the settings have the gate's policy, and decide nothing.
"""

from typing import TYPE_CHECKING

from delay_core.lazy_exports import lazy_exports

if TYPE_CHECKING:
    from delay_core.promotion.champion_comparison import ChampionComparison, TrainingEnds
    from delay_core.promotion.check import Check
    from delay_core.promotion.decision import (
        MANUAL_REASON,
        Decision,
        GateResult,
        decide_promotion,
        latest_change,
        predecessor,
        refuse_outdated,
        serving_changed,
        was_recalibrated,
        was_rolled_back,
    )
    from delay_core.promotion.gate import RULES, GateInputs, Rule, run_checks
    from delay_core.promotion.policy import GatePolicy

__all__ = [
    "MANUAL_REASON",
    "RULES",
    "ChampionComparison",
    "Check",
    "Decision",
    "GateInputs",
    "GatePolicy",
    "GateResult",
    "Rule",
    "TrainingEnds",
    "decide_promotion",
    "latest_change",
    "predecessor",
    "refuse_outdated",
    "run_checks",
    "serving_changed",
    "was_recalibrated",
    "was_rolled_back",
]

__getattr__, __dir__ = lazy_exports(
    __name__,
    {
        "MANUAL_REASON": "decision",
        "RULES": "gate",
        "ChampionComparison": "champion_comparison",
        "Check": "check",
        "Decision": "decision",
        "GateInputs": "gate",
        "GatePolicy": "policy",
        "GateResult": "decision",
        "Rule": "gate",
        "TrainingEnds": "champion_comparison",
        "decide_promotion": "decision",
        "latest_change": "decision",
        "predecessor": "decision",
        "refuse_outdated": "decision",
        "run_checks": "gate",
        "serving_changed": "decision",
        "was_recalibrated": "decision",
        "was_rolled_back": "decision",
    },
)
