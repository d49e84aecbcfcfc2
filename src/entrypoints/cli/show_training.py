"""What training found, as text that people read."""

from collections.abc import Mapping

from rich.markup import escape
from rich.table import Table

from delay_core.evaluation import METRICS, Estimate, MetricEstimates
from delay_core.reports import TrainReport
from entrypoints.cli.screen import console

MOVERS = 6
"""So many columns are named that move predictions most."""


def trained(report: TrainReport) -> None:
    """Out-of-fold figures of every family, test figures of the winner, baseline and oracle, and what else was found."""
    tried, given_up = len(report.trials), sum(trial.given_up for trial in report.trials)
    _figures(
        f"Validation: the best of {tried} trials by family, {given_up} given up early; the first one will serve",
        report.validation,
        report.winner,
    )
    test = {report.winner: report.test.winner, "baseline": report.test.baseline}
    if report.test.oracle is not None:
        test["oracle (the ceiling)"] = report.test.oracle
    _figures("Test: the winner as it will serve, looked at once", test, report.winner)
    _found("Calibration", _calibration(report))
    _found("Label sets", _label_sets(report))
    _found("What counts", ", ".join(f"{of.source} {of.points:.1f}" for of in report.importances[:MOVERS]) + " points")
    _found("Deciding", _savings(report))


def _found(head: str, text: str) -> None:
    console().print(f"[bold]{head}[/]  {escape(text)}", soft_wrap=True)


def _calibration(report: TrainReport) -> str:
    chosen = report.calibration
    raw, best = chosen.log_losses["none"], chosen.log_losses[chosen.method]
    if chosen.method == "none":
        return f"none: the model's own probabilities had the lowest log-loss ({raw:.4f}) on {chosen.rows:,} shipments"
    return f"{chosen.method}: log-loss {best:.4f} instead of {raw:.4f} on {chosen.rows:,} later shipments"


def _label_sets(report: TrainReport) -> str:
    sets = report.label_sets
    return (
        f"{sets.coverage.value:.1%} hold what happened ({sets.level:.0%} promised for each class); they say late of "
        f"{sets.says_late:.0%}, on time of {sets.says_on_time:.0%}, cannot tell of {sets.cannot_tell:.0%}"
    )


def _savings(report: TrainReport) -> str:
    found = report.savings
    unit = found.currency or "needless actions"
    saved = f"{found.saved} {unit} a shipment"
    return f"acting from {found.act_above:.0%} on saves {saved}, against the best one can do without a model"


def _figures(title: str, figures: Mapping[str, MetricEstimates], winner: str) -> None:
    table = Table(title=f"{title} (95 % intervals)", title_justify="left", title_style="bold", show_lines=True)
    table.add_column("model")
    for metric in METRICS:
        table.add_column(metric.title, justify="right")
    for name, of_model in figures.items():
        cells = [_two_lines(estimate) for estimate in of_model.cells()]
        table.add_row(name.replace("_", " "), *cells, style="bold green" if name == winner else None)
    console().print(table)


def _two_lines(estimate: Estimate | None) -> str:
    return "–" if estimate is None else f"{estimate.value:.3f}\n{estimate.low:.3f}–{estimate.high:.3f}"
