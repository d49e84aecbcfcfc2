"""Results as text that people read."""

import shutil
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from delay_core.evaluation import FIGURES, Figure, Figures
from delay_core.model_card import HEADS
from delay_core.ports.experiment_tracker import RecordedRun
from delay_core.ports.model_registry import ModelVersion
from delay_core.promotion import Decision
from delay_core.reports import Ingested, Predicted, Prepared, Trained
from delay_core.use_cases import PipelineResult
from entrypoints.cli import show_checks

REASONS_SHOWN = 5


def console() -> Console:
    """Standard output, as wide as the terminal; a log gets room for whole tables."""
    found = Console(highlight=False)
    return found if found.is_terminal else Console(highlight=False, width=132)


def line(text: str) -> None:
    """One line of plain text."""
    console().print(escape(text), soft_wrap=True)


def ingested(report: Ingested) -> None:
    """Rows, all accounted for, and why some were quarantined."""
    rows = report.rows
    console().print(
        f"[bold]Rows[/]  {rows.read:,} read = {rows.accepted:,} accepted + {rows.quarantined:,} quarantined "
        f"+ {rows.excluded:,} excluded   (late {report.late:,}, on time {report.on_time:,}, still open {report.open:,})"
    )
    for problem, count in list(report.problems.items())[:REASONS_SHOWN]:
        line(f"      quarantined: {problem}, {count:,} rows")
    if len(report.problems) > REASONS_SHOWN:
        line(f"      … and {len(report.problems) - REASONS_SHOWN} more reasons")


def prepared(report: Prepared) -> None:
    """The split, the features, what was refused."""
    for part, window in report.windows.items():
        line(
            f"      {part:<10} {window.start:%Y-%m-%d} to {window.end:%Y-%m-%d}  "
            f"{window.rows:>9,} shipments, {window.late / window.rows:.1%} late"
        )
    if report.purged:
        line(f"      {report.purged:,} left out: their outcome was not known at a cut, or their group spans one")
    made = [name if count == 1 else f"{name} ({count})" for name, count in report.made_from.items()]
    head = f"[bold]Features[/]  {len(report.features)} from {len(made)} columns and derived values: "
    console().print(f"{head}{escape(', '.join(made))}", soft_wrap=True)
    for name, why in report.refused.items():
        console().print(f"[bold]Refused[/]  {escape(name)}: {escape(why)}")


def trained(report: Trained) -> None:
    """Validation figures of every model, test figures of the winner, baseline and oracle."""
    _figures("Validation: the model was chosen here, by log-loss", report.validation, report.winner)
    test = {report.winner: report.test.winner, "baseline": report.test.baseline}
    if report.test.oracle is not None:
        test["oracle (the ceiling)"] = report.test.oracle
    _figures("Test: the winner refitted on train and validation, looked at once", test, report.winner)


def _figures(title: str, figures: Mapping[str, Figures], winner: str) -> None:
    table = Table(title=f"{title} (95 % intervals)", title_justify="left", title_style="bold", show_lines=True)
    table.add_column("model")
    for head in HEADS.values():
        table.add_column(head, justify="right")
    for name, of_model in figures.items():
        cells = [_two_lines(getattr(of_model, figure)) for figure in FIGURES]
        table.add_row(name.replace("_", " "), *cells, style="bold green" if name == winner else None)
    console().print(table)


def _two_lines(figure: Figure) -> str:
    return f"{figure.value:.3f}\n{figure.low:.3f}–{figure.high:.3f}"


def decision(decided: Decision | None, challenger: ModelVersion, *, checks: bool = True) -> None:
    """What was promoted, and why: with every check, or the reasons alone."""
    if decided is None:
        line(f"Version {challenger.version} of {challenger.name} serves already")
    else:
        recorded(decided, checks=checks)


def recorded(decided: Decision, *, checks: bool = True) -> None:
    """A decision from the record; older ones have no checks."""
    heads = {"refused": "Not promoted", "rolled_back": "Rolled back to"}
    head = heads.get(decided.action, show_checks.what(decided).capitalize())
    console().print(f"[bold]{head}[/]  version {decided.version} of {escape(decided.name)} ({decided.digest[:12]})")
    if checks and decided.checks:
        console().print(show_checks.checks_table(decided.checks))
    for reason in show_checks.notes(decided) if checks else decided.reasons:
        line(f"      {reason}")
    if decided.gain_over_champion is not None and decided.compared_rows:
        line(f"      compared with the champion on {decided.compared_rows:,} shipments")


def predicted(report: Predicted, version: ModelVersion) -> None:
    """The shipments most likely to be late."""
    if not report.top:
        line("No open shipments in this table: every accepted row has its outcome")
        return
    table = Table(
        title=f"Most likely to be late, of {report.rows.accepted:,} ({version.name} version {version.version})",
        title_justify="left",
        title_style="bold",
    )
    table.add_column("shipment")
    table.add_column("row", justify="right")
    table.add_column("predicted at (UTC)")
    table.add_column("probability", justify="right")
    for row in report.top:
        point = f"{row.point:%Y-%m-%d %H:%M}"
        table.add_row(escape(row.shipment_id), f"{row.source_row:,}", point, f"{row.probability:.1%}")
    console().print(table)
    if report.rows.quarantined:
        line(f"{report.rows.quarantined:,} rows could not be predicted: they are quarantined with their reasons")


def pipeline(result: PipelineResult, source: str, runs_at: str, predictions_at: str) -> None:
    """The whole story of a run, from rows to what to do next."""
    line(f"{result.schema.name}: {source}")
    ingested(result.ingested)
    prepared(result.prepared)
    trained(result.trained)
    decision(result.decision, result.version, checks=False)
    if result.predicted is not None and result.champion is not None:
        predicted(result.predicted, result.champion)
    elif result.champion is not None:
        line(f"Version {result.champion.version} serves, and needs columns that this schema has not: nothing predicted")
    console().print("[bold]Where to look next[/]")
    line(f"      runs, pictures and the model card: {callable_here(runs_at)}")
    if result.predicted is not None and result.predicted.rows.accepted:
        line(f"      all predictions: {predictions_at}")
    own = callable_here(f"delay predict --schema {result.schema.name} --source FILE.csv --out predicted.csv")
    line(f"      predict your own: {own}")
    if not result.fresh:
        line("Nothing changed: every step was done before, and nothing was computed again")


def runs(
    name: str,
    recorded: Sequence[RecordedRun],
    versions: Sequence[ModelVersion],
    serving: ModelVersion | None,
    decisions: Sequence[Decision],
) -> None:
    """Trainings with their versions, and the decisions about them."""
    by_run = {version.run_id: version for version in versions}
    table = Table(title=name, title_justify="left", title_style="bold")
    for head in ("started (UTC)", "winner", "test ROC-AUC", "test log-loss", "baseline log-loss", "version", "run"):
        table.add_column(head)
    for run in recorded:
        version = by_run.get(run.run_id)
        serves = " serves" if version is not None and version == serving else ""
        figures = [_known(run.metrics, key) for key in ("test.roc_auc", "test.log_loss", "baseline.log_loss")]
        number = f"{version.version}{serves}" if version else "–"
        table.add_row(
            f"{run.started:%Y-%m-%d %H:%M}", run.parameters.get("winner", "–"), *figures, number, run.run_id[:8]
        )
    console().print(table)
    for decided in decisions:
        line(f"version {decided.version} {show_checks.what(decided)}: {'; '.join(decided.reasons)}")


def _known(metrics: Mapping[str, float], key: str) -> str:
    return f"{metrics[key]:.3f}" if key in metrics else "–"


def callable_here(command: str) -> str:
    """The command as it can be typed here: with its path where the environment is not active; a URL stays one."""
    if "://" in command.split(" ", 1)[0]:
        return command
    program, rest = command.split(" ", 1)
    here = Path(sys.executable).with_name(program)
    if shutil.which(program) or not here.exists():
        return command
    return f"{here.relative_to(Path.cwd()) if here.is_relative_to(Path.cwd()) else here} {rest}"
