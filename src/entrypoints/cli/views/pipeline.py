"""The reports of ingest and preprocess, a whole pipeline run, and the list of runs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rich.markup import escape
from rich.table import Table

from delay_core.left_out import describe_left_out
from delay_core.ports.experiment_tracker import RecordedRun
from delay_core.ports.model_catalog import ModelVersion
from delay_core.promotion import Decision
from delay_core.reports import IngestReport, PreprocessReport
from delay_core.table_urls import without_password
from entrypoints.cli.console import console, delay_command, print_line, runnable_command
from entrypoints.cli.views.decisions import describe_action, show_gate_decision
from entrypoints.cli.views.joins import describe_joins
from entrypoints.cli.views.predictions import show_predictions
from entrypoints.cli.views.training import show_training, training_command

if TYPE_CHECKING:
    from delay_core.use_cases.pipeline import PipelineResult

MAX_PROBLEMS = 5


def show_ingest(report: IngestReport) -> None:
    """The row counts, and the rules that quarantined most rows."""
    rows = report.rows
    console().print(
        f"[bold]Rows[/]  {rows.read:,} read = {rows.accepted:,} accepted + {rows.quarantined:,} quarantined "
        f"+ {rows.excluded:,} excluded   (late {report.late:,}, on time {report.on_time:,}, still open {report.open:,})"
    )
    for line in describe_joins(report.joins):
        print_line(f"      {line}")
    for problem, count in list(report.problems.items())[:MAX_PROBLEMS]:
        print_line(f"      quarantined: {problem}, {count:,} rows")
    if len(report.problems) > MAX_PROBLEMS:
        print_line(f"      … and {len(report.problems) - MAX_PROBLEMS} more reasons")
    for note in report.notes:
        print_line(f"      note: {note}")
    for names in report.equal_columns:
        print_line(f"      equal in all rows: {', '.join(names)}")


def show_preprocess(report: PreprocessReport) -> None:
    """The splits, the features, and the columns that cannot be features."""
    for split, window in report.windows.items():
        print_line(
            f"      {split:<10} {' to '.join(window.bounds)}  "
            f"{window.rows:>9,} shipments, {window.late / window.rows:.1%} late"
        )
    if report.left_out:
        causes = "; ".join(describe_left_out(report.left_out))
        print_line(f"      {report.purged + report.open:,} in no split: {causes}")
    sources = [name if count == 1 else f"{name} ({count})" for name, count in report.made_from.items()]
    head = f"[bold]Features[/]  {len(report.features)} from {len(sources)} columns and derived values: "
    console().print(f"{head}{escape(', '.join(sources))}", soft_wrap=True)
    for name, reason in report.refused.items():
        console().print(f"[bold]Refused[/]  {escape(name)}: {escape(reason)}")


@dataclass(frozen=True)
class OutputLocations:
    """Where to look at the output of a run; `predictions` is empty if nothing was predicted."""

    runs: str
    model_card: str
    predictions: str


def show_pipeline(result: "PipelineResult", schema: str, source: str, seed: int, outputs: OutputLocations) -> None:
    """A whole run, from rows to what to do next; `schema` and `source` are as the user wrote them."""
    print_line(f"{result.schema.name}: {without_password(source)}")
    show_ingest(result.ingested)
    show_preprocess(result.prepared)
    show_training(result.trained)
    show_gate_decision(result.decision, result.version, result.champion, checks=False)
    if result.predicted is not None and result.champion is not None:
        show_predictions(result.predicted, result.champion)
    elif result.champion is not None:
        print_line(
            f"Version {result.champion.version} serves. It needs columns that this schema does not have, so nothing "
            "was predicted"
        )
    console().print("[bold]Where to look next[/]")
    print_line(f"      model card, with plots: {outputs.model_card}")
    print_line(f"      runs, trials and decisions: {describe_tracker(outputs.runs, result.version.name)}")
    if result.predicted is not None and result.predicted.rows.accepted:
        print_line(f"      all predictions: {outputs.predictions}")
    if result.champion is None:
        print_line(f"      promote although checks failed: {delay_command('promote', '--schema', schema, '--force')}")
    else:
        options = ("--schema", schema, "--source", "FILE.csv", "--out", "predicted.csv")
        print_line(f"      predict your own: {delay_command('predict', *options)}")
    print_line(f"      train the same bundle: {training_command(schema, source, result.trained, seed)}")
    if not result.computed:
        print_line("Nothing changed: the output of every step existed, and nothing was computed")


def describe_tracker(location: str, experiment: str) -> str:
    """The tracker's page or command with the experiment to choose there."""
    command = runnable_command(location)
    return command if "://" in location.split(" ", 1)[0] else f"experiment {experiment} in {command}"


def show_runs(
    name: str,
    runs: Sequence[RecordedRun],
    versions: Sequence[ModelVersion],
    serving: ModelVersion | None,
    decisions: Sequence[Decision],
) -> None:
    """Trainings with their versions, also recalibrated ones, and the decisions about them."""
    serves = None if serving is None else serving.version
    table = Table(title=name, title_justify="left", title_style="bold")
    for head in ("started (UTC)", "winner", "test ROC-AUC", "test log-loss", "baseline log-loss", "version", "run"):
        table.add_column(head)
    for run in runs:
        of_run = [version.version for version in versions if version.run_id == run.run_id]
        numbers = [f"{number} serves" if number == serves else f"{number}" for number in of_run]
        metrics = [_format_metric(run.metrics, key) for key in ("test.roc_auc", "test.log_loss", "baseline.log_loss")]
        table.add_row(
            f"{run.started:%Y-%m-%d %H:%M}",
            run.parameters.get("winner", "–"),
            *metrics,
            ", ".join(numbers) or "–",
            run.run_id[:8],
        )
    console().print(table)
    for decision in decisions:
        print_line(f"version {decision.version} {describe_action(decision)}: {'; '.join(decision.reasons)}")


def _format_metric(metrics: Mapping[str, float], key: str) -> str:
    return f"{metrics[key]:.3f}" if key in metrics else "–"
