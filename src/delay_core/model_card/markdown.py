"""Markdown from values: what stands in a table is never markup."""

import re
from collections.abc import Iterable, Mapping, Sequence

from delay_core.evaluation import METRICS, Metric, MetricEstimates

_MARKUP = re.compile(r"([\\`*{}\[\]<>#|~&!]|\b_|_\b)")  # an underscore within a word is none


def text(value: str) -> str:
    """A name or a value from a table, as Markdown that shows it as it is, in one line."""
    return _MARKUP.sub(r"\\\1", " ".join(value.split()))


def table(head: Sequence[str], rows: Iterable[Sequence[str]], *, words: int = 1) -> str:
    """A table whose first columns hold words and whose others hold figures. The cells are Markdown."""
    lines = [head, ["---" if place < words else "---:" for place in range(len(head))], *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def metrics_table(estimates: Mapping[str, MetricEstimates], metrics: Sequence[Metric] = METRICS) -> str:
    """A line for each model with its metrics and their intervals."""
    rows = [
        [model, *("–" if estimate is None else str(estimate) for estimate in of_model.cells(metrics))]
        for model, of_model in estimates.items()
    ]
    return table(["model", *(metric.title for metric in metrics)], rows)


def family(name: str) -> str:
    """A family of models, as people write it."""
    return name.replace("_", " ")


def bullets(lines: Iterable[str]) -> str:
    """A list; `- none` where there is nothing."""
    return "\n".join(f"- {line}" for line in lines) or "- none"
