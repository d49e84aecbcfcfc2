"""Results as text that people read."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from rich.markup import escape
from rich.table import Table

from delay_core.ports.experiment_tracker import RecordedRun
from delay_core.ports.model_catalog import ModelVersion
from delay_core.promotion import Decision
from delay_core.reports import IngestReport, PreprocessReport
from entrypoints.cli import show_checks
from entrypoints.cli.screen import callable_here, console, line
from entrypoints.cli.show_predictions import predicted
from entrypoints.cli.show_training import trained

if TYPE_CHECKING:
    from delay_core.use_cases.pipeline import PipelineResult

REASONS_SHOWN = 5


def ingested(report: IngestReport) -> None:
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


def prepared(report: PreprocessReport) -> None:
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


def decision(decided: Decision | None, challenger: ModelVersion, *, checks: bool = True) -> None:
    """What was promoted, and why: with every check, or the reasons alone."""
    if decided is None:
        line(f"Version {challenger.version} of {challenger.name} serves already")
    else:
        recorded(decided, checks=checks)


def recorded(decided: Decision, *, checks: bool = True) -> None:
    """A decision from the record; older ones have no checks."""
    heads = {"refused": "Not promoted", "rolled_back": "Rolled back to"}
    head = heads.get(decided.action, show_checks.describe_action(decided).capitalize())
    console().print(f"[bold]{head}[/]  version {decided.version} of {escape(decided.name)} ({decided.digest[:12]})")
    if checks and decided.checks:
        console().print(show_checks.checks_table(decided.checks))
    for reason in decided.notes if checks and decided.checks else decided.reasons:
        line(f"      {reason}")
    if decided.gain_over_champion is not None and decided.compared_rows:
        line(f"      compared with the champion on {decided.compared_rows:,} shipments")


def pipeline(result: "PipelineResult", source: str, *, runs_at: str, card_at: str, predictions_at: str) -> None:
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
    line(f"      model card, with pictures: {card_at}")
    line(f"      runs, trials and decisions: {callable_here(runs_at)}")
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
        line(f"version {decided.version} {show_checks.describe_action(decided)}: {'; '.join(decided.reasons)}")


def _known(metrics: Mapping[str, float], key: str) -> str:
    return f"{metrics[key]:.3f}" if key in metrics else "–"
