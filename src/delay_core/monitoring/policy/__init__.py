"""From the evidence of a window to a decision: its limits, its rules, and what it remembers.

A name loads its module when it is first used: the settings have the limits, and decide nothing.
"""

from typing import TYPE_CHECKING

from delay_core.lazy_exports import lazy_exports

if TYPE_CHECKING:
    from delay_core.monitoring.policy.decision_rule import WindowEvidence, decide
    from delay_core.monitoring.policy.loss_rule import PAGED, Promotion
    from delay_core.monitoring.policy.policy import MonitoringPolicy
    from delay_core.monitoring.policy.state import PolicyState

__all__ = ["PAGED", "MonitoringPolicy", "PolicyState", "Promotion", "WindowEvidence", "decide"]

__getattr__, __dir__ = lazy_exports(
    __name__,
    {
        "PAGED": "loss_rule",
        "MonitoringPolicy": "policy",
        "PolicyState": "state",
        "Promotion": "loss_rule",
        "WindowEvidence": "decision_rule",
        "decide": "decision_rule",
    },
)
