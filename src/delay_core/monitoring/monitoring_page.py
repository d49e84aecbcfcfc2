"""What a page about the monitoring of one version shows."""

from collections.abc import Sequence
from dataclasses import dataclass

from delay_core.monitoring.drift import DriftPolicy
from delay_core.monitoring.policy import MonitoringPolicy
from delay_core.monitoring.window_result import WindowResult


@dataclass(frozen=True)
class MonitoringPage:
    """The newest windows of a version, the newest first, at least one; the limits; the page of the distributions.

    `distributions` is HTML that another program rendered, of the columns of the newest window.
    """

    results: Sequence[WindowResult]
    policy: MonitoringPolicy
    drift_policy: DriftPolicy
    distributions: bytes
