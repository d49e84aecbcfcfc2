"""The performance of windows as tables and a chart."""

from collections.abc import Callable, Sequence
from datetime import datetime

from adapters.html.line_chart import Line, Point, line_chart
from adapters.html.markup import Cell, Markup, paragraph, table
from delay_core.monitoring.drift_result import ColumnStatus, DriftResult
from delay_core.monitoring.performance import monitored_metrics
from delay_core.monitoring.performance_result import PerformanceFigures, PerformanceResult
from delay_core.monitoring.window_result import WindowResult

_PARTS = ("estimated", "realized", "without actions", "naive")
_WINDOW_HEADS = ("window (UTC)", "rows", "mature", "late rate", "ROC-AUC", "drifted", "evidence", "decision")
_MAX_NAMES = 3
_MAX_WINDOWS = 21


def figures_table(performance: PerformanceResult) -> str:
    """Every metric, estimated before outcomes are known, and realized."""
    estimated = valid_estimate(performance)
    parts = (estimated, performance.realized, performance.without_actions, performance.naive)
    rows: list[list[Cell]] = [
        [metric.title, *(_figure(part, metric.name) for part in parts)]
        for metric in monitored_metrics(None)
        if any(part is not None and metric.name in part.figures for part in parts)
    ]
    known = (
        f"{performance.maturity:.0%} of {performance.rows:,} rows are mature: their outcome can be known by now. "
        f"{performance.overdue:,} are overdue without an outcome; somebody acted on {performance.acted_on:,}."
    )
    notes = [known]
    if performance.realized is None:
        notes.append("Realized figures begin when the outcomes of enough rows count.")
    if performance.not_estimated is not None:
        notes.append(f"There is no valid estimate: {performance.not_estimated}.")
    return paragraph(" ".join(notes)) + (table(("figure", *_PARTS), rows) if rows else "")


def late_rate_chart(results: Sequence[WindowResult]) -> str:
    """Realized and estimated late rates; `results` begin with the newest."""
    in_order = [result for result in reversed(results) if result.performance is not None]
    lines = (
        Line("estimated", "estimated", _points(in_order, valid_estimate)),
        Line("realized", "realized", _points(in_order, lambda performance: performance.realized)),
    )
    return line_chart("Late rate by window, with 95 % intervals:", lines)


def window_table(results: Sequence[WindowResult]) -> str:
    """A row for each of the newest windows; estimated figures have a mark."""
    return table(_WINDOW_HEADS, [_window_cells(result) for result in results[:_MAX_WINDOWS]])


def severity_badge(result: WindowResult) -> Markup:
    """The decision as a word with a color."""
    severity = result.decision.severity.value
    return Markup(f'<span class="badge {severity.replace(" ", "-")}">{severity}</span>')


def format_moment(moment: datetime) -> str:
    """A moment in UTC; a day alone if it is midnight."""
    return f"{moment:%Y-%m-%d}" if (moment.hour, moment.minute) == (0, 0) else f"{moment:%Y-%m-%d %H:%M}"


def valid_estimate(performance: PerformanceResult) -> PerformanceFigures | None:
    """The estimate, unless something contradicts it."""
    return performance.estimated if performance.not_estimated is None else None


def _points(
    results: Sequence[WindowResult], figures_of: Callable[[PerformanceResult], PerformanceFigures | None]
) -> list[Point]:
    points = []
    for result in results:
        figures = None if result.performance is None else figures_of(result.performance)
        rate = None if figures is None else figures.figures.get("late_rate")
        if rate is not None:
            points.append(Point(result.decision.window.start, rate.value, rate.low, rate.high))
    return points


def _window_cells(result: WindowResult) -> list[Cell]:
    decision, performance = result.decision, result.performance
    figures, mark = None if performance is None else performance.realized, ""
    if performance is not None and figures is None:
        figures, mark = valid_estimate(performance), "≈ "
    return [
        format_moment(decision.window.start),
        f"{result.rows:,}",
        "–" if performance is None else f"{performance.maturity:.0%}",
        _figure(figures, "late_rate", mark),
        _figure(figures, "roc_auc", mark),
        _drifted(result.drift),
        f"{decision.evidence:.3g}",
        severity_badge(result),
    ]


def _figure(figures: PerformanceFigures | None, metric: str, mark: str = "") -> str:
    estimate = None if figures is None else figures.figures.get(metric)
    return "–" if estimate is None else f"{mark}{estimate}"


def _drifted(drift: DriftResult | None) -> str:
    if drift is None:
        return "–"
    if drift.prediction.status is ColumnStatus.NOT_ENOUGH_DATA:
        return ColumnStatus.NOT_ENOUGH_DATA.value
    names = [column.column for column in drift.columns if column.status.is_drift]
    more = f" and {len(names) - _MAX_NAMES} more" if len(names) > _MAX_NAMES else ""
    return ", ".join(names[:_MAX_NAMES]) + more or "none"
