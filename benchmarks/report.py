"""What every benchmark prints: a table for people, one line of JSON for programs, and an exit code."""

import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from rich.console import Console
from rich.table import Table


@dataclass(frozen=True)
class Target:
    """A measured figure and the bound it has to keep."""

    value: float
    target: float
    better: Literal["lower", "higher"]

    @property
    def ok(self) -> bool:
        """Whether the bound is kept."""
        return self.value <= self.target if self.better == "lower" else self.value >= self.target


def print_table(title: str, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print a table; every column but the first is of numbers."""
    table = Table(title=title, title_justify="left", title_style="bold")
    for at, head in enumerate(heads):
        table.add_column(head, justify="right" if at else "left")
    for row in rows:
        table.add_row(*row)
    Console(width=132, highlight=False).print(table)


def print_text(*lines: str) -> None:
    """Print lines as they are."""
    sys.stdout.write("\n".join(lines) + "\n")


def finish(figures: Mapping[str, Target]) -> None:
    """Print the JSON line, and leave with 1 when a target is missed."""
    for name, figure in figures.items():
        if not figure.ok:
            sys.stderr.write(f"missed: {name} is {figure.value:.4g}, its target is {figure.target:g}\n")
    told = {n: {"value": float(f"{f.value:.4g}"), "target": f.target, "ok": f.ok} for n, f in figures.items()}
    sys.stdout.write(json.dumps(told) + "\n")
    sys.exit(not all(figure.ok for figure in figures.values()))
