"""The promotion gate: what a challenger must show before it serves, and the decision that is recorded."""

from delay_core.promotion.check import Check
from delay_core.promotion.decision import Decision, predecessor, was_withdrawn
from delay_core.promotion.evidence import ChampionComparison, GateInputs, SliceGain
from delay_core.promotion.judge import judge
from delay_core.promotion.policy import GatePolicy
from delay_core.promotion.verdict import Verdict, verdict

__all__ = [
    "ChampionComparison",
    "Check",
    "Decision",
    "GateInputs",
    "GatePolicy",
    "SliceGain",
    "Verdict",
    "judge",
    "predecessor",
    "verdict",
    "was_withdrawn",
]
