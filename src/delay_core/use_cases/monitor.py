"""Monitor: drift, performance and a decision for each version and window, from the logs of serving."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from delay_core.monitoring.cohort import Cohort
from delay_core.monitoring.loss_test import DueOutcomes
from delay_core.monitoring.monitoring_decision import MonitoringDecision
from delay_core.monitoring.monitoring_state import MonitoringState
from delay_core.monitoring.performance import refute_estimate
from delay_core.monitoring.performance_result import PerformanceResult
from delay_core.monitoring.policy import PAGED, MonitoringPolicy, WindowEvidence, decide
from delay_core.monitoring.time_window import TimeWindow, windows_between
from delay_core.monitoring.window_result import WindowResult
from delay_core.ports.model_catalog import ModelCatalog
from delay_core.ports.monitoring_store import MAX_RESULTS, MonitoringStore, ResultFilter
from delay_core.ports.prediction_reader import PredictionReader
from delay_core.ports.progress import Progress
from delay_core.use_cases.known_outcomes import EvidenceRows, KnownOutcomes, concat_evidence
from delay_core.use_cases.measurements import DriftMeasurement, PerformanceMeasurement
from delay_core.use_cases.monitored_versions import MonitoredVersions
from delay_core.use_cases.served_rows import ReadServedRows, ServedRows
from delay_core.use_cases.stored_estimate import read_estimate

Stored = defaultdict[TimeWindow, dict[int, WindowResult]]


@dataclass(frozen=True)
class Schedule:
    """The length of windows, and for how long after a window its outcomes are waited for."""

    window: timedelta
    horizon: timedelta


@dataclass(frozen=True)
class MonitoringRun:
    """The results that a run computed, in the order of windows, and why versions were left out."""

    windows: Sequence[TimeWindow]
    results: Sequence[WindowResult]
    skipped: Mapping[int, str]


@dataclass(frozen=True)
class Monitor:
    """Computes windows in order and stores each before the next: an interrupted run is continued by the next one.

    A window is decided once, by what is known at its end, and again only if a run begins at it or before. Performance
    is measured again until all outcomes of the window count, for as long as the horizon. If a version made more than
    `max_rows` predictions in a window, that many of them are measured; None measures all.
    """

    predictions: PredictionReader
    known: KnownOutcomes
    catalog: ModelCatalog
    store: MonitoringStore
    measure_drift: DriftMeasurement
    measure_performance: PerformanceMeasurement
    policy: MonitoringPolicy
    schedule: Schedule
    max_rows: int | None
    progress: Progress

    def __call__(
        self, model_name: str, now: datetime, since: datetime | None = None, until: datetime | None = None
    ) -> MonitoringRun:
        """Compute the windows that have ended by `now` (UTC), and by `until`.

        Without `since`, from the last window that is stored on: it may be incomplete. Raises StoreError.
        """
        self.store.write_policy(self.policy.model_dump(mode="json"), now)
        end = min(now, until or now)
        begin = since or self._continue_at(model_name, end)
        windows = windows_between(begin - self.schedule.horizon, end, self.schedule.window)
        self.progress.step(f"Monitoring {model_name}", len(windows))
        as_of = windows[-1].end if windows else end
        run = _Run(self, model_name, begin, as_of, reuses_estimates=since is None)
        for window in windows:
            run.compute(window)
            self.progress.advance()
        return MonitoringRun([one for one in windows if one.start >= begin], run.results, run.versions.skipped)

    def _continue_at(self, model_name: str, end: datetime) -> datetime:
        newest = self.store.newest(model_name, ResultFilter(until=end), 1)
        return newest[0].decision.window.start if newest else end - self.schedule.horizon


@dataclass
class _Run:
    """One run: windows that begin at `begin` or later are decided. Outcomes are known as of `as_of`.

    With `reuses_estimates`, a stored estimate stays if the rows of its window are the same.
    """

    monitor: Monitor
    model_name: str
    begin: datetime
    as_of: datetime
    reuses_estimates: bool
    results: list[WindowResult] = field(default_factory=list)

    def __post_init__(self) -> None:
        monitor = self.monitor
        self.versions = MonitoredVersions(monitor.catalog, self.model_name, monitor.policy)
        self._read = ReadServedRows(monitor.predictions, self.model_name, self.versions.parser, monitor.max_rows)
        self._stored = _read_results(monitor.store, self.model_name, self.begin - monitor.schedule.horizon, self.as_of)
        self._evidence: defaultdict[int, list[EvidenceRows]] = defaultdict(list)
        self._last: dict[int, WindowResult] = {}

    def compute(self, window: TimeWindow) -> None:
        """Store the results of the window, if anything about it can be new."""
        stored = self._stored.get(window, {})
        is_new = window.start >= self.begin
        if not is_new and all(_state_of(result).counts_before(self.begin) for result in stored.values()):
            return
        measured = {version: self._measure(version, rows) for version, rows in self._read(window).items()}
        for version in sorted(self._evidence):
            evidence = concat_evidence(self._evidence[version])
            due = evidence.between(window.start, window.end)
            if is_new and (version in measured or len(due.due)):
                self._store(self._decide(version, window, due, measured.get(version)))
            elif version in measured and version in stored and _state_of(stored[version]).last_due is None:
                self._store(self._refresh(stored[version], measured[version]))
            self._evidence[version] = [evidence.between(window.end, self.as_of)]

    def _measure(self, version: int, rows: ServedRows) -> "_MeasuredRows":
        missing_is_late = self.versions[version].bundle.schema.label.missing_is_late
        cohort, evidence, last_due = self.monitor.known(rows, self.as_of, overdue_is_late=missing_is_late)
        self._evidence[version].append(evidence)
        inputs = self.monitor.measure_performance.estimate_inputs(self.versions[version], rows)
        return _MeasuredRows(rows, cohort, last_due, inputs)

    def _decide(
        self, version: int, window: TimeWindow, due: EvidenceRows, measured: "_MeasuredRows | None"
    ) -> WindowResult:
        monitored = self.versions[version]
        state = self._state_before(version, window, measured)
        drift = None if measured is None else self.monitor.measure_drift(monitored, measured.rows)
        loss = monitored.loss_test.advance(state.loss, window, DueOutcomes(due.probability, due.late, due.group))
        promotion = state.promotion(predecessor_is_good=self._is_good(state.predecessor, window))
        evidence = WindowEvidence(self.model_name, version, window, loss, drift, promotion)
        decision, policy_state = decide(evidence, state.policy, self.monitor.policy)
        update = {"last_due": window.end, "estimate_inputs": None} if measured is None else measured.state()
        after = state.model_copy(update={"loss": loss.state, "policy": policy_state, **update})
        return WindowResult(
            decision=decision,
            schema_digest=monitored.bundle.schema.digest,
            as_of=window.end if measured is None else self.as_of,
            rows=0 if measured is None else measured.rows.window_rows,
            drift=drift,
            performance=None if measured is None else self._measure_performance(decision, measured),
            state=after.as_json(),
        )

    def _refresh(self, stored: WindowResult, measured: "_MeasuredRows") -> WindowResult:
        """The result with the performance as it is known now; its decision stays."""
        performance = self._measure_performance(stored.decision, measured)
        after = _state_of(stored).model_copy(update=measured.state())
        return replace(stored, performance=performance, as_of=self.as_of, state=after.as_json())

    def _measure_performance(self, decision: MonitoringDecision, measured: "_MeasuredRows") -> PerformanceResult:
        version, window = self.versions[decision.model_version], decision.window
        earlier = [
            performance
            for before, of_window in sorted(self._stored.items())
            if before < window and (result := of_window.get(decision.model_version))
            if (performance := result.performance)
        ]
        stored = self._stored[window].get(decision.model_version) if self.reuses_estimates else None
        estimate = read_estimate(stored, measured.estimate_inputs)
        performance = self.monitor.measure_performance(
            version, measured.rows, measured.cohort, self.as_of, earlier, estimate
        )
        return refute_estimate(performance) if decision.severity in PAGED else performance

    def _state_before(self, version: int, window: TimeWindow, measured: "_MeasuredRows | None") -> MonitoringState:
        before = self._result_before(version, window)
        if before is not None:
            return _state_of(before)
        first_at = window.start if measured is None else measured.rows.first_predicted_at
        return MonitoringState(promoted_at=first_at, predecessor=self._predecessor(version, window))

    def _predecessor(self, version: int, window: TimeWindow) -> int | None:
        """The version that predicted before this one, whose first window this is."""
        newest = self.monitor.store.newest(self.model_name, ResultFilter(until=window.start), 2)
        decisions = [one.decision for one in (*self._last.values(), *newest) if one.rows]
        others = [(one.window.start, one.model_version) for one in decisions if one.model_version != version]
        return max(others)[1] if others else None

    def _is_good(self, version: int | None, window: TimeWindow) -> bool:
        """Whether the version was monitored, and paged nobody last."""
        last = None if version is None else self._result_before(version, window)
        return last is not None and last.decision.severity not in PAGED

    def _result_before(self, version: int, window: TimeWindow) -> WindowResult | None:
        return self._last.get(version) or self.monitor.store.before(self.model_name, version, window.start)

    def _store(self, result: WindowResult) -> None:
        self.monitor.store.record(result)
        self.results.append(result)
        self._stored[result.decision.window][result.decision.model_version] = result
        if result.decision.window.start >= self.begin:
            self._last[result.decision.model_version] = result


@dataclass(frozen=True, eq=False)
class _MeasuredRows:
    """The rows of one version in a window, and what is known of them.

    `last_due` is when the last outcome counts, `estimate_inputs` the digest of what the estimate depends on.
    """

    rows: ServedRows
    cohort: Cohort
    last_due: datetime | None
    estimate_inputs: str

    def state(self) -> Mapping[str, object]:
        """What the state remembers of them."""
        return {"last_due": self.last_due, "estimate_inputs": self.estimate_inputs}


def _state_of(result: WindowResult) -> MonitoringState:
    return MonitoringState.read(result.state)


def _read_results(store: MonitoringStore, model_name: str, since: datetime, until: datetime) -> Stored:
    """All results of windows that start from `since` on and before `until`, page by page."""
    results: Stored = defaultdict(dict)
    while True:
        page = store.newest(model_name, ResultFilter(since, until))
        for result in page:
            results[result.decision.window][result.decision.model_version] = result
        oldest = page[-1].decision.window.start if page else since
        if len(page) < MAX_RESULTS or until <= oldest:
            return results
        until = oldest + timedelta(microseconds=1)  # other versions of the same window may follow
