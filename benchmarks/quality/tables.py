"""The README's results: each table once through the pipeline, beside its baseline, test rows looked at once."""

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np

from benchmarks.quality.judged import Judged, container_in, judged_in
from benchmarks.report import Target, print_text
from delay_core.evaluation import MetricEstimates
from delay_core.ports.progress import Progress
from delay_core.schemas import load_schema

SIMULATED = "simulator://smart_logistics"
SHOWN = ("roc_auc", "pr_auc", "brier", "log_loss")
HEAD = ("| table | model | ROC-AUC | PR-AUC | Brier | log-loss |", "|---|---|---|---|---|---|")
SEARCH_SECONDS = 300
TOLERANCE = 0.002
_NUMBER = r"-?\d\.\d{3}"
README = Path(__file__).parents[2] / "README.md"


def measure(files: Mapping[str, Path], scratch: Path, progress: Progress) -> dict[str, Target]:
    """Print the table as Markdown, and what the gate says of each; `files` are the real tables that are here."""
    container, runs = container_in(scratch / "tables", progress), {}
    asked = [("simulated", "smart_logistics", SIMULATED), *((name, name, str(path)) for name, path in files.items())]
    for table, schema, url in asked:
        runs[table] = judged_in(container, load_schema(schema), url, table)
    lines = [line for table, judged in runs.items() for line in _lines(table, judged)]
    print_text("", "The latest 15 % of each table, looked at once", "", *HEAD, *lines, "")
    different = figures_that_differ(README.read_text("utf-8").splitlines(), lines)
    print_text(*(f"README.md shows otherwise: {line}" for line in different), "")
    print_text(*(f"{table}: {_said(judged)}" for table, judged in runs.items()), "")
    unsure = sum(_promoted(judged) and judged.trained.test.gain_over_baseline.low <= 0 for judged in runs.values())
    targets = {
        "promoted though not surely better than the baseline": Target(unsure, 0, "lower"),
        "lines of README.md with other figures": Target(len(different), 0, "lower"),
    }
    if "scms" in runs:
        targets["scms, seconds of search and training"] = Target(runs["scms"].seconds, SEARCH_SECONDS, "lower")
    return targets


def figures_that_differ(shown: Sequence[str], reprinted: Sequence[str]) -> list[str]:
    """The reprinted lines whose figures are shown nowhere, to within `TOLERANCE`: other processors round otherwise."""
    known = [(_words(line), _numbers(line)) for line in shown]
    return [
        line
        for line in reprinted
        if not any(
            words == _words(line) and np.allclose(numbers, _numbers(line), rtol=0, atol=TOLERANCE)
            for words, numbers in known
            if len(numbers) == len(_numbers(line))
        )
    ]


def _words(line: str) -> str:
    return re.sub(_NUMBER, "", line)


def _numbers(line: str) -> list[float]:
    return [float(number) for number in re.findall(_NUMBER, line)]


def _lines(table: str, judged: Judged) -> Iterator[str]:
    trained, rows = judged.trained, judged.rows
    of_model = {trained.winner.replace("_", " "): trained.test.winner}
    of_model["baseline (historical late rate)"] = trained.test.baseline
    if trained.test.oracle is not None:
        of_model["oracle (the true probabilities)"] = trained.test.oracle
    title = f"{table.replace('_', '-')}, {rows:,} rows"
    for model, figures in of_model.items():
        yield f"| {title} | {model} | {' | '.join(_shown(figures))} |".replace("|  |", "| |")
        title = ""


def _shown(figures: MetricEstimates) -> Iterator[str]:
    return (str(figures[name]) for name in SHOWN)


def _promoted(judged: Judged) -> bool:
    return judged.decision is not None and judged.decision.action == "promoted"


def _said(judged: Judged) -> str:
    decision, gain = judged.decision, judged.trained.test.gain_over_baseline
    action = decision.action if decision else "not decided"
    reasons = "; ".join(decision.reasons) if decision else ""
    return f"log-loss below the baseline's by {gain}; {action}: {reasons}"
