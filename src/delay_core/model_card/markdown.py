"""Markdown from values; nothing from a table is interpreted as markup."""

import re
from collections.abc import Iterable, Mapping, Sequence

from delay_core.evaluation import METRICS, Metric, MetricEstimates

_MARKUP = re.compile(r"([\\`*{}\[\]<>#|~&!]|\b_|_\b)")  # an underscore within a word is not markup


def escape(value: str) -> str:
    """A name or a value from a table as Markdown that shows it unchanged, on one line."""
    return _MARKUP.sub(r"\\\1", " ".join(value.split()))


def table(head: Sequence[str], rows: Iterable[Sequence[str]], *, text_columns: int = 1) -> str:
    """A table whose first columns hold text and whose other columns hold numbers. The cells are Markdown."""
    alignment = ["---" if index < text_columns else "---:" for index in range(len(head))]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in [head, alignment, *rows])


def metrics_table(estimates: Mapping[str, MetricEstimates], metrics: Sequence[Metric] = METRICS) -> str:
    """A line for each model with its metrics and their intervals."""
    rows = [
        [model, *("–" if estimate is None else str(estimate) for estimate in model_estimates.cells(metrics))]
        for model, model_estimates in estimates.items()
    ]
    return table(["model", *(metric.title for metric in metrics)], rows)


def count(number: int, noun: str) -> str:
    """`1 trial`, `2,000 trials`: the number with its noun, which takes an s."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def bullets(lines: Iterable[str]) -> str:
    """A list; `- none` where there are no lines."""
    return "\n".join(f"- {line}" for line in lines) or "- none"
