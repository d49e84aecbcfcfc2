"""Windows of monitoring as a table, and as JSON."""

from collections.abc import Sequence
from pathlib import Path

from rich.markup import escape
from rich.table import Table

from delay_core.monitoring.drift_result import ColumnStatus
from delay_core.monitoring.performance_result import PerformanceFigures
from delay_core.monitoring.window_result import WindowResult
from delay_core.use_cases.monitor import MonitoringRun
from delay_core.use_cases.replay import ReplayReport
from entrypoints.cli.console import console, delay_command, print_line

_STYLES = {"none": "green", "watch": "yellow", "retrain": "bold red", "roll back": "bold red"}
_HEADS = (
    *("window (UTC)", "version", "rows", "drifted", "mature"),
    *("late rate", "AUC", "outcomes", "evidence", "decision"),
)
_MAX_COLUMNS = 3


def show_run(name: str, run: MonitoringRun, notices: int) -> None:
    """What a run computed."""
    for version, reason in run.skipped.items():
        print_line(f"Version {version} of {name} is not monitored: {reason}")
    print_line(f"{len(run.windows):,} windows, {len(run.results):,} results stored, {notices:,} notices sent")
    show_status(name, [one for one in reversed(run.results) if one.decision.window in set(run.windows)][:7])


def show_replay(name: str, report: ReplayReport, folder: Path) -> None:
    """What was replayed, the newest windows, and where everything is."""
    print_line(
        f"Replayed {report.rows:,} shipments from {report.first:%Y-%m-%d} to {report.last:%Y-%m-%d} with version "
        f"{report.model_version} of {name}; {report.outcomes:,} outcomes were known by then"
    )
    if report.too_early:
        print_line(f"      {report.too_early:,} rows were left out: they are not after the model's training")
    if report.refused:
        print_line(f"      {report.refused:,} rows were refused as requests, and have no prediction")
    show_status(name, report.newest)
    print_line(f"Predictions, outcomes and results: {folder}")


def show_status(name: str, results: Sequence[WindowResult]) -> None:
    """The windows, newest first, and the reasons of the newest decision."""
    if not results:
        print_line(f"Nothing was monitored of {name} yet; next: {delay_command('monitor', 'run')}")
        return
    table = Table(
        title=f"Monitoring of {escape(name)}",
        title_justify="left",
        title_style="bold",
        caption="≈ estimated, before enough outcomes are known" if any(map(_is_estimated, results)) else None,
        caption_justify="left",
    )
    for head in _HEADS:
        table.add_column(head)
    for result in results:
        table.add_row(*_cells(result))
    console().print(table)
    for reason in results[0].decision.reasons:
        print_line(f"      {reason}")


def _cells(result: WindowResult) -> Sequence[str]:
    decision, performance = result.decision, result.performance
    style = _STYLES[decision.severity.value]
    figures, mark = None if performance is None else performance.realized, ""
    if performance is not None and _is_estimated(result):
        figures, mark = performance.estimated, "≈ "
    return (
        f"{decision.window.start:%Y-%m-%d %H:%M}",
        f"{decision.model_version}",
        _rows(result),
        _drifted(result),
        "–" if performance is None else f"{performance.maturity:.0%}",
        mark + _figure(figures, "late_rate"),
        mark + _figure(figures, "roc_auc"),
        f"{decision.known_outcomes:,}",
        f"{decision.evidence:.3g}",
        f"[{style}]{decision.severity.value}[/]",
    )


def _rows(result: WindowResult) -> str:
    is_whole = result.sampled_rows in (0, result.rows)
    return f"{result.rows:,}" if is_whole else f"{result.sampled_rows:,} of {result.rows:,}"


def _is_estimated(result: WindowResult) -> bool:
    """Whether the figures of the window are a valid estimate, because none is realized yet."""
    performance = result.performance
    return (
        performance is not None
        and performance.realized is None
        and performance.estimated is not None
        and performance.not_estimated is None
    )


def _drifted(result: WindowResult) -> str:
    if result.drift is None:
        return "–"
    if result.drift.prediction.status is ColumnStatus.NOT_ENOUGH_DATA:
        return ColumnStatus.NOT_ENOUGH_DATA.value
    names = [column.column for column in result.drift.columns if column.status.is_drift]
    more = f" +{len(names) - _MAX_COLUMNS}" if len(names) > _MAX_COLUMNS else ""
    return escape(", ".join(names[:_MAX_COLUMNS]) + more) or "none"


def _figure(figures: PerformanceFigures | None, metric: str) -> str:
    estimate = None if figures is None else figures.figures.get(metric)
    return (
        "–"
        if estimate is None
        else f"{estimate.value:.3f} [{estimate.low:.3f}, {estimate.high:.3f}]".replace("[", r"\[")
    )
