"""The promotion gate: what a challenger must show before it serves, and the decision that is recorded."""

from delay_core.promotion.check import Check
from delay_core.promotion.decision import MANUAL_REASON, Decision, predecessor, was_rolled_back
from delay_core.promotion.gate import ChampionComparison, GateInputs, GateResult, decide_promotion, run_checks
from delay_core.promotion.policy import GatePolicy

__all__ = [
    "MANUAL_REASON",
    "ChampionComparison",
    "Check",
    "Decision",
    "GateInputs",
    "GatePolicy",
    "GateResult",
    "decide_promotion",
    "predecessor",
    "run_checks",
    "was_rolled_back",
]
