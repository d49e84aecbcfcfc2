"""The output of every benchmark: a table for people, one line of JSON for programs, and an exit code."""

import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from rich.console import Console
from rich.table import Table


@dataclass(frozen=True)
class Target:
    """A measured value and its limit."""

    value: float
    target: float
    better: Literal["lower", "higher"]

    @property
    def ok(self) -> bool:
        """Whether the value is within the limit."""
        return bool(self.value <= self.target if self.better == "lower" else self.value >= self.target)


def print_table(title: str, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print a table; all columns but the first are numbers."""
    table = Table(title=title, title_justify="left", title_style="bold")
    for index, head in enumerate(heads):
        table.add_column(head, justify="right" if index else "left")
    for row in rows:
        table.add_row(*row)
    Console(width=132, highlight=False).print(table)


def print_text(*lines: str) -> None:
    """Print lines without markup."""
    sys.stdout.write("\n".join(lines) + "\n")


def finish(figures: Mapping[str, Target]) -> None:
    """Print the JSON line and exit, with status 1 if a target is missed."""
    for name, figure in figures.items():
        if not figure.ok:
            sys.stderr.write(f"missed: {name} is {figure.value:.4g}, its target is {figure.target:g}\n")
    summary = {n: {"value": float(f"{f.value:.4g}"), "target": f.target, "ok": f.ok} for n, f in figures.items()}
    sys.stdout.write(json.dumps(summary) + "\n")
    sys.exit(not all(figure.ok for figure in figures.values()))
