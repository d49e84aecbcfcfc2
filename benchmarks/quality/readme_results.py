"""The results in README.md: each table once through the pipeline, compared with its baseline."""

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np

from benchmarks.quality.pipeline_runs import PipelineRun, create_container, run_pipeline
from benchmarks.report import Target, print_text
from delay_core.evaluation import Estimate, MetricEstimates
from delay_core.model_names import describe_model
from delay_core.ports.progress import Progress
from delay_core.reports import RecentRate
from delay_core.schemas import load_schema

SIMULATED = "simulator://smart_logistics"
COLUMNS = ("roc_auc", "pr_auc", "brier", "log_loss")
HEAD = ("| table | model | ROC-AUC | PR-AUC | Brier | log-loss |", "|---|---|---|---|---|---|")
MAX_TRAINING_SECONDS = 300
TOLERANCE = 0.002
_NUMBER = r"-?\d\.\d{3}"
README = Path(__file__).parents[2] / "README.md"


def measure(files: Mapping[str, Path], scratch: Path, progress: Progress) -> dict[str, Target]:
    """Print the table as Markdown, and the gate's decisions; `files` are the real tables that exist here."""
    container, runs = create_container(scratch / "tables", progress), {}
    tables = [("simulated", "smart_logistics", SIMULATED), *((name, name, str(path)) for name, path in files.items())]
    for table, schema, url in tables:
        runs[table] = run_pipeline(container, load_schema(schema), url, table)
    lines = [line for table, run in runs.items() for line in _lines(table, run)]
    print_text("", "The latest 15 % of each table, used once", "", *HEAD, *lines, "")
    different = lines_that_differ(README.read_text("utf-8").splitlines(), lines)
    print_text(*(f"README.md has other figures: {line}" for line in different), "")
    print_text(*(f"{table}: {_describe_decision(run)}" for table, run in runs.items()), "")
    not_better = [run for run in runs.values() if min(gain.low for gain in _gains(run)) <= 0]
    targets = {
        "promoted though not significantly better than both baselines": Target(
            sum(map(_is_promoted, not_better)), 0, "lower"
        ),
        "lines of README.md with other figures": Target(len(different), 0, "lower"),
    }
    if "scms" in runs:
        targets["scms, seconds of search and training"] = Target(runs["scms"].seconds, MAX_TRAINING_SECONDS, "lower")
    return targets


def lines_that_differ(page: Sequence[str], lines: Sequence[str]) -> list[str]:
    """The lines whose figures the page does not have within `TOLERANCE`: processors round differently."""
    on_page = [(_words(line), _numbers(line)) for line in page]
    return [
        line
        for line in lines
        if not any(
            words == _words(line) and np.allclose(numbers, _numbers(line), rtol=0, atol=TOLERANCE)
            for words, numbers in on_page
            if len(numbers) == len(_numbers(line))
        )
    ]


def _words(line: str) -> str:
    return re.sub(_NUMBER, "", line)


def _numbers(line: str) -> list[float]:
    return [float(number) for number in re.findall(_NUMBER, line)]


def _lines(table: str, run: PipelineRun) -> Iterator[str]:
    trained, rows = run.trained, run.rows
    by_model = {describe_model(trained.winner): trained.test.winner}
    by_model["baseline (historical late rate)"] = trained.test.baseline
    by_model[f"baseline (recent late rate{_describe(trained.test.recent_rate)})"] = trained.test.recent
    if trained.test.oracle is not None:
        by_model["oracle (the true probabilities)"] = trained.test.oracle
    title = f"{table.replace('_', '-')}, {rows:,} rows"
    for model, estimates in by_model.items():
        yield f"| {title} | {model} | {' | '.join(_format_metrics(estimates))} |".replace("|  |", "| |")
        title = ""


def _describe(rate: RecentRate) -> str:
    return f", {rate.window:,} outcomes" + (f" by {', '.join(rate.keys)}" if rate.keys else "")


def _format_metrics(estimates: MetricEstimates) -> Iterator[str]:
    return (str(estimates[name]) for name in COLUMNS)


def _gains(run: PipelineRun) -> tuple[Estimate, Estimate]:
    return run.trained.test.gain_over_baseline, run.trained.test.gain_over_recent


def _is_promoted(run: PipelineRun) -> bool:
    return run.decision is not None and run.decision.action == "promoted"


def _describe_decision(run: PipelineRun) -> str:
    decision, (over_historical, over_recent) = run.decision, _gains(run)
    action = decision.action if decision else "not decided"
    reasons = "; ".join(decision.reasons) if decision else ""
    gains = f"log-loss below the historical late rate's by {over_historical}, below the recent one's by {over_recent}"
    return f"{gains}; {action}: {reasons}"
