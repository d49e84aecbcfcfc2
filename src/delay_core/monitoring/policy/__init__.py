"""From the evidence of a window to a decision: its limits, its rules, and what it remembers."""

from delay_core.monitoring.policy.decide import WindowEvidence, decide
from delay_core.monitoring.policy.loss_rule import Promotion
from delay_core.monitoring.policy.policy import MonitoringPolicy
from delay_core.monitoring.policy.state import PolicyState

__all__ = ["MonitoringPolicy", "PolicyState", "Promotion", "WindowEvidence", "decide"]
