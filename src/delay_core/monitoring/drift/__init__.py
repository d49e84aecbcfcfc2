"""Drift: which columns of a window differ from the reference by more than chance, and by how much.

A name loads its module when it is first used: the settings have the policy, and compare nothing.
"""

from typing import TYPE_CHECKING

from delay_core.lazy_exports import lazy_exports

if TYPE_CHECKING:
    from delay_core.monitoring.drift.adjusted_p_values import adjust_p_values
    from delay_core.monitoring.drift.comparability import find_problems
    from delay_core.monitoring.drift.distance import PREDICTION, ColumnDistance, WindowSample
    from delay_core.monitoring.drift.policy import DriftPolicy
    from delay_core.monitoring.drift.reference_columns import ReferenceColumns
    from delay_core.monitoring.drift.rules import effect_limit, judge_drift, not_enough_data
    from delay_core.monitoring.drift.weekdays import ReferenceWeekdays

__all__ = [
    "PREDICTION",
    "ColumnDistance",
    "DriftPolicy",
    "ReferenceColumns",
    "ReferenceWeekdays",
    "WindowSample",
    "adjust_p_values",
    "effect_limit",
    "find_problems",
    "judge_drift",
    "not_enough_data",
]

__getattr__, __dir__ = lazy_exports(
    __name__,
    {
        "PREDICTION": "distance",
        "ColumnDistance": "distance",
        "DriftPolicy": "policy",
        "ReferenceColumns": "reference_columns",
        "ReferenceWeekdays": "weekdays",
        "WindowSample": "distance",
        "adjust_p_values": "adjusted_p_values",
        "effect_limit": "rules",
        "find_problems": "comparability",
        "judge_drift": "rules",
        "not_enough_data": "rules",
    },
)
