"""The report of a training as text."""

from collections.abc import Mapping, Sequence

from rich.markup import escape
from rich.table import Table

from delay_core.evaluation import METRICS, Estimate, Metric, MetricEstimates
from delay_core.model_names import describe_model
from delay_core.reports import RECENT_RATE, TrainReport
from delay_core.table_urls import without_password
from entrypoints.cli.console import console, delay_command

TOP_FEATURES = 6
"""Columns that move predictions most, as many as are named."""


def show_training(report: TrainReport) -> None:
    """Validation metrics of every family, test metrics of winner, baselines and oracle, and the other results."""
    trials, pruned = len(report.trials), sum(trial.pruned for trial in report.trials)
    validation_title = (
        f"Validation: the best of {trials} trials by family, {pruned} stopped early; the first one will serve"
    )
    console().print(estimates_table(validation_title, report.validation, report.winner))
    test = {report.winner: report.test.winner, "baseline": report.test.baseline, RECENT_RATE: report.test.recent}
    if report.test.oracle is not None:
        test["oracle (the true probabilities)"] = report.test.oracle
    console().print(estimates_table("Test: the winner as it will serve, scored once", test, report.winner))
    top = ", ".join(f"{importance.source} {importance.points:.1f}" for importance in report.importances[:TOP_FEATURES])
    _print_result("Recent rate", f"{report.test.recent_rate}, before each shipment")
    if report.calendar.left_out:
        _print_result("Calendar", f"without {', '.join(report.calendar.left_out)}: models are better so on later rows")
    _print_result("Calibration", _describe_calibration(report))
    _print_result("Label sets", _describe_label_sets(report))
    for name, share in report.label_sets.shortfalls.items():
        _print_result("[yellow]Label sets[/]", _describe_shortfall(name, share, report.label_sets.level))
    _print_result("Importance", f"{top} points")
    _print_result("Decisions", _describe_savings(report))
    for question in report.questions:
        _print_result("[yellow]Suspicious[/]", question)


def training_command(schema: str, source: str, report: TrainReport, seed: int) -> str:
    """The shell command that trains the same bundle again."""
    settings = f"DELAY_SEED={seed} DELAY_TRIALS={len(report.trials)}"
    return f"{settings} {delay_command('train', '--schema', schema, '--source', without_password(source))}"


def estimates_table(
    title: str, estimates: Mapping[str, MetricEstimates], winner: str, metrics: Sequence[Metric] = METRICS
) -> Table:
    """A line for each model with its metrics and their intervals; the winner is highlighted."""
    table = Table(title=f"{title} (95 % intervals)", title_justify="left", title_style="bold", show_lines=True)
    table.add_column("model")
    for metric in metrics:
        table.add_column(metric.title, justify="right")
    for model, model_estimates in estimates.items():
        cells = [_format_estimate(estimate) for estimate in model_estimates.cells(metrics)]
        table.add_row(describe_model(model), *cells, style="bold green" if model == winner else None)
    return table


def _print_result(head: str, text: str) -> None:
    console().print(f"[bold]{head}[/]  {escape(text)}", soft_wrap=True)


def _describe_calibration(report: TrainReport) -> str:
    choice = report.calibration
    if not choice.was_compared:
        return "none: no fold has enough earlier shipments with a known outcome to fit one"
    if choice.method == "none":
        return f"none: no method is better by more than noise and on every fold ({choice.rows:,} shipments)"
    raw, best = choice.log_losses["none"], choice.log_losses[choice.method]
    return (
        f"{choice.method}: log-loss {best:.4f} instead of {raw:.4f} on {choice.rows:,} later shipments, "
        "at the late rate of each fold"
    )


def _describe_label_sets(report: TrainReport) -> str:
    sets = report.label_sets
    return (
        f"{sets.coverage.value:.1%} hold the outcome ({sets.level:.0%} promised for each class); "
        f"{sets.says_late:.0%} say late, {sets.says_on_time:.0%} on time, {sets.cannot_tell:.0%} cannot tell"
    )


def _describe_shortfall(name: str, share: Estimate, level: float) -> str:
    return (
        f"of the test shipments that were {name}, only {share.value:.1%} [{share.low:.1%}, {share.high:.1%}] have a "
        f"set with their outcome; {level:.0%} are promised. Shipments changed after the validation split: do not rely "
        "on the sets"
    )


def _describe_savings(report: TrainReport) -> str:
    savings = report.savings
    unit = savings.currency or "needless actions"
    return (
        f"acting from {savings.act_above:.0%} on saves {savings.saved} {unit} per shipment, compared with the cheapest "
        "choice without a model"
    )


def _format_estimate(estimate: Estimate | None) -> str:
    return "–" if estimate is None else f"{estimate.value:.3f}\n{estimate.low:.3f}–{estimate.high:.3f}"
