"""The promotion gate: what a challenger must show before it serves, and the decision that is recorded."""

from delay_core.promotion.check import Check
from delay_core.promotion.decision import (
    MANUAL_REASON,
    Decision,
    GateResult,
    decide_promotion,
    predecessor,
    was_rolled_back,
)
from delay_core.promotion.gate import RULES, ChampionComparison, GateInputs, Rule, run_checks
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
    "decide_promotion",
    "predecessor",
    "run_checks",
    "was_rolled_back",
]
