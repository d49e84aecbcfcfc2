"""Report: a page with the decision, performance and drift of the newest window, and the distributions behind them."""

from collections.abc import Callable
from dataclasses import dataclass

from delay_core.errors import NoSuchModel
from delay_core.monitoring.drift import DriftPolicy, ReferenceColumns, find_problems
from delay_core.monitoring.monitoring_page import MonitoringPage
from delay_core.monitoring.policy import MonitoringPolicy
from delay_core.monitoring.time_window import TimeWindow
from delay_core.ports.drift_report_renderer import DriftReportRenderer
from delay_core.ports.model_catalog import ModelCatalog
from delay_core.ports.monitoring_page_renderer import MonitoringPageRenderer
from delay_core.ports.monitoring_store import MonitoringStore, ResultFilter
from delay_core.ports.prediction_reader import PredictionReader
from delay_core.use_cases.monitored_versions import MonitoredVersions
from delay_core.use_cases.served_rows import ReadServedRows

MAX_ROWS = 20_000
"""Rows of the window that the page shows; of more, a sample."""
MAX_WINDOWS = 60
"""Windows of the version that the page shows, the newest ones."""


@dataclass(frozen=True)
class DriftReport:
    """The page, and the version and window that it is about."""

    model_version: int
    window: TimeWindow
    page: bytes


@dataclass(frozen=True)
class ReportDrift:
    """Reads the newest stored window with predictions. `renderer` is a provider: its library takes long to load."""

    predictions: PredictionReader
    catalog: ModelCatalog
    store: MonitoringStore
    renderer: Callable[[], DriftReportRenderer]
    page_renderer: MonitoringPageRenderer
    policy: MonitoringPolicy
    drift_policy: DriftPolicy

    def __call__(self, model_name: str) -> DriftReport:
        """Raises NoSuchModel if no window with predictions was monitored, or they are not in the log any more."""
        results = [one for one in self.store.newest(model_name, ResultFilter()) if one.drift is not None]
        if not results:
            raise NoSuchModel(f"no window of {model_name} was monitored yet; run monitoring first: delay monitor run")
        decision = results[0].decision
        versions = MonitoredVersions(self.catalog, model_name, self.policy)
        served = ReadServedRows(self.predictions, model_name, versions.parser, MAX_ROWS)(decision.window)
        if decision.model_version not in served:
            reason = versions.skipped.get(decision.model_version, "its predictions are not in the log any more")
            raise NoSuchModel(f"version {decision.model_version} of {model_name} cannot be shown: {reason}")
        rows = served[decision.model_version]
        reference = versions[decision.model_version].reference.columns
        window = {name: rows.columns[name] for name in reference if name in rows.columns}
        problems = find_problems(ReferenceColumns(reference), window)
        compared = [name for name in reference if name not in problems]
        distributions = self.renderer().render(
            {name: reference[name] for name in compared}, {name: window[name] for name in compared}
        )
        conditions = ResultFilter(until=decision.window.end, model_version=decision.model_version)
        newest = self.store.newest(model_name, conditions, MAX_WINDOWS)
        content = MonitoringPage(newest, self.policy, self.drift_policy, distributions)
        return DriftReport(decision.model_version, decision.window, self.page_renderer.render(content))
