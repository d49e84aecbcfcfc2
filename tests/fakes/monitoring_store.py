"""Results of monitoring in memory."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from delay_core.monitoring.monitoring_decision import MonitoringDecision
from delay_core.monitoring.window_result import WindowResult
from delay_core.ports import monitoring_store as port
from delay_core.ports.monitoring_store import MAX_RESULTS, ResultFilter
from fakes.prediction_log import stored_json

Key = tuple[str, datetime, datetime, int]


class MonitoringStore(port.MonitoringStore):
    """Results and moments of notices, by model name, window and model version."""

    def __init__(self) -> None:
        self.results: dict[Key, WindowResult] = {}
        self.notified: dict[Key, datetime] = {}
        self.policy: tuple[dict[str, object], datetime] | None = None

    def record(self, result: WindowResult) -> None:
        key = _key(result.decision)
        result = replace(result, state=stored_json(json.loads(json.dumps(dict(result.state)))))
        stored = self.results.get(key)
        if stored is not None:
            if (
                stored.decision.severity != result.decision.severity
                or stored.decision.changed != result.decision.changed
            ):
                self.notified.pop(key, None)
            if result.drift is None:
                result = replace(result, drift=stored.drift)
            if stored.performance is not None and (result.performance is None or stored.as_of > result.as_of):
                result = replace(result, performance=stored.performance, as_of=stored.as_of)
        if result.performance is None:
            result = replace(result, as_of=result.decision.window.end)
        self.results[key] = result

    def newest(self, model_name: str, conditions: ResultFilter, limit: int = MAX_RESULTS) -> list[WindowResult]:
        if not 1 <= limit <= MAX_RESULTS:
            raise ValueError(f"limit {limit} is outside 1 to {MAX_RESULTS}")
        since, until, version = conditions.since, conditions.until, conditions.model_version
        return [
            result
            for key, result in self._newest_first(model_name)
            if (since is None or key[1] >= since) and (until is None or key[1] < until) and version in (None, key[3])
        ][:limit]

    def before(self, model_name: str, model_version: int, moment: datetime) -> WindowResult | None:
        earlier = (
            result for key, result in self._newest_first(model_name) if key[3] == model_version and key[2] <= moment
        )
        return next(earlier, None)

    def pending_notices(self, model_name: str) -> list[MonitoringDecision]:
        return [
            result.decision
            for key, result in sorted(self.results.items(), key=lambda item: item[0])
            if key[0] == model_name and result.decision.changed and key not in self.notified
        ]

    def mark_notified(self, decision: MonitoringDecision, moment: datetime) -> None:
        self.notified[_key(decision)] = moment

    def write_policy(self, policy: Mapping[str, object], moment: datetime) -> None:
        if self.policy is None or self.policy[0] != dict(policy):
            self.policy = dict(policy), moment

    def _newest_first(self, model_name: str) -> list[tuple[Key, WindowResult]]:
        results = [(key, result) for key, result in self.results.items() if key[0] == model_name]
        results.sort(key=lambda item: item[0][3])
        return sorted(results, key=lambda item: item[0][1:3], reverse=True)


def _key(decision: MonitoringDecision) -> Key:
    return decision.model_name, decision.window.start, decision.window.end, decision.model_version
