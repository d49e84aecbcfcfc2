"""Decisions and the checks that they are based on, as tables."""

from collections.abc import Sequence

from rich.markup import escape
from rich.table import Table

from delay_core.evaluation import Estimate
from delay_core.promotion import Check, Decision

_SIGNS = {"above": ">", "at_least": "≥", "at_most": "≤"}


def checks_table(checks: Sequence[Check]) -> Table:
    """Every check: the value with its interval, the limit, whether it passed, and its message."""
    table = _table(
        "Checks of the gate (95 % intervals; those of slices hold all together)",
        ("check", "value", "limit", "passed", "in words"),
    )
    for check in checks:
        limit = "–" if check.limit is None else f"{_SIGNS[check.direction]} {check.limit:g}"
        passed = "[green]yes[/]" if check.passed else "[bold red]no[/]"
        name = check.name.replace("_", " ")
        table.add_row(name, _format_value(check.value), limit, passed, escape(check.message))
    return table


def decisions_table(name: str, decisions: Sequence[Decision]) -> Table:
    """The record of decisions about a model, newest last."""
    table = _table(
        f"Decisions about {escape(name)}", ("no.", "version", "decision", "replaced", "checks passed", "reasons")
    )
    for number, decision in enumerate(decisions, start=1):
        checks = decision.checks
        table.add_row(
            f"{number}",
            f"{decision.version}",
            describe_action(decision),
            "–" if decision.replaced is None else f"{decision.replaced}",
            f"{sum(check.passed for check in checks)} of {len(checks)}" if checks else "–",
            escape("; ".join(decision.reasons)),
        )
    return table


def describe_action(decision: Decision) -> str:
    """What was decided, such as "promoted by force"."""
    return f"{decision.action.replace('_', ' ')}{' by force' if decision.forced else ''}"


def _format_value(value: Estimate | float | None) -> str:
    if isinstance(value, Estimate):
        return f"{value.value:.3f}\n{value.low:.3f} to {value.high:.3f}"
    return "–" if value is None else _format_number(float(value))


def _format_number(number: float) -> str:
    if number.is_integer():
        return f"{number:,.0f}"
    return f"{number:.0e}" if abs(number) < 0.0005 else f"{number:.3f}"


def _table(title: str, heads: Sequence[str]) -> Table:
    table = Table(title=title, title_justify="left", title_style="bold", show_lines=True)
    for head in heads:
        table.add_column(head, justify="right" if head in ("no.", "version", "replaced") else "left")
    return table
