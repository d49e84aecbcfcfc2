"""Markdown from values: what stands in a table is never markup."""

import re
from collections.abc import Iterable, Mapping, Sequence

from delay_core.evaluation import FIGURES, MetricEstimates

HEADS = {"roc_auc": "ROC-AUC", "pr_auc": "PR-AUC", "brier": "Brier", "log_loss": "log-loss", "ece": "ECE"}
"""What people call the figures."""

_MARKUP = re.compile(r"([\\`*{}\[\]<>#|~&!]|\b_|_\b)")  # an underscore within a word is none


def text(value: str) -> str:
    """A name or a value from a table, as Markdown that shows it as it is, in one line."""
    return _MARKUP.sub(r"\\\1", " ".join(value.split()))


def table(head: Sequence[str], rows: Iterable[Sequence[str]], *, words: int = 1) -> str:
    """A table whose first columns hold words and whose others hold figures. The cells are Markdown."""
    lines = [head, ["---" if place < words else "---:" for place in range(len(head))], *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def figures_table(figures: Mapping[str, MetricEstimates]) -> str:
    """A line for each model, with its five figures and their intervals."""
    rows = [[name, *(str(getattr(of_model, figure)) for figure in FIGURES)] for name, of_model in figures.items()]
    return table(["model", *HEADS.values()], rows)


def family(name: str) -> str:
    """A family of models, as people write it."""
    return name.replace("_", " ")


def bullets(lines: Iterable[str]) -> str:
    """A list; `- none` where there is nothing."""
    return "\n".join(f"- {line}" for line in lines) or "- none"
