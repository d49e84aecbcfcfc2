"""The results of monitoring: drift, performance and decisions of each model version, window by window."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from delay_core.monitoring.monitoring_decision import MonitoringDecision
from delay_core.monitoring.window_result import WindowResult

MAX_RESULTS = 1000
"""Results that one call returns."""


@dataclass(frozen=True, slots=True)
class ResultFilter:
    """Conditions that a result must all meet; None is no condition. Windows start from `since` on, before `until`."""

    since: datetime | None = None
    until: datetime | None = None
    model_version: int | None = None


class MonitoringStore(Protocol):
    """Durable. All methods raise StoreError; after one, the call can be repeated without harm.

    Numbers that JSON does not have (NaN, infinities) are read back as None inside `state`.
    """

    def record(self, result: WindowResult) -> None:
        """Store everything about the window, or nothing. Replaces what was stored of the version and window.

        Equal results leave the store as it is. A part that is None leaves what was stored of it. The performance with
        the latest `as_of` stays. A decision with the severity that was stored keeps its notice.
        """
        ...

    def newest(self, model_name: str, conditions: ResultFilter, limit: int = MAX_RESULTS) -> list[WindowResult]:
        """At most `limit` (1 to MAX_RESULTS) results that meet the conditions, newest window first, then version.

        Raises ValueError for a limit outside the range.
        """
        ...

    def before(self, model_name: str, model_version: int, moment: datetime) -> WindowResult | None:
        """The version's latest result whose window ends at the moment or earlier; None if there is none."""
        ...

    def pending_notices(self, model_name: str) -> list[MonitoringDecision]:
        """Changed decisions of which nobody was notified, oldest first."""
        ...

    def mark_notified(self, decision: MonitoringDecision, moment: datetime) -> None:
        """Record that people were notified of the decision at the moment (UTC)."""
        ...

    def write_policy(self, policy: Mapping[str, object], moment: datetime) -> None:
        """Store the limits, JSON values by name, that decisions follow from the moment (UTC) on.

        Limits that equal the stored ones keep their moment.
        """
        ...
