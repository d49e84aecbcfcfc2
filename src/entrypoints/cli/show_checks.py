"""Decisions and the checks they rest on, as tables that people read."""

from collections.abc import Sequence

from rich.markup import escape
from rich.table import Table

from delay_core.evaluation import Estimate
from delay_core.promotion import Check, Decision

_SIGNS = {
    "gain_over_baseline": ">",
    "gain_over_champion": ">",
    "rows": "≥",
    "groups": "≥",
    "slices_over_baseline": "≥",
    "slices_over_champion": "≥",
}
"""How a value stands to its limit when it passes; where nothing is said, it is no larger."""


def checks_table(checks: Sequence[Check]) -> Table:
    """Every check: what was found, with its interval; what was allowed; whether it passed; a sentence."""
    table = _table(
        "What the gate looked at (95 % intervals; those of slices hold all together)",
        ("check", "value", "limit", "passed", "in words"),
    )
    for check in checks:
        limit = "–" if check.limit is None else f"{_SIGNS.get(check.name, '≤')} {check.limit:g}"
        passed = "[green]yes[/]" if check.passed else "[bold red]no[/]"
        table.add_row(_name(check), _value(check.value), limit, passed, escape(check.words))
    return table


def decisions_table(name: str, decisions: Sequence[Decision]) -> Table:
    """The record of decisions about a model, newest last."""
    table = _table(
        f"Decisions about {escape(name)}", ("no.", "version", "decision", "replaced", "checks passed", "why")
    )
    for number, decided in enumerate(decisions, start=1):
        passed = f"{sum(check.passed for check in decided.checks)} of {len(decided.checks)}" if decided.checks else "–"
        table.add_row(
            f"{number}",
            f"{decided.version}",
            what(decided),
            "–" if decided.replaced is None else f"{decided.replaced}",
            passed,
            escape("; ".join(decided.reasons)),
        )
    return table


def what(decided: Decision) -> str:
    """What was decided, in a word or two."""
    return f"{decided.action.replace('_', ' ')}{' by force' if decided.forced else ''}"


def notes(decided: Decision) -> list[str]:
    """The reasons that no check tells."""
    told = {check.words for check in decided.checks}
    return [reason for reason in decided.reasons if reason.removeprefix("forced although ") not in told]


def _name(check: Check) -> str:
    return check.name.replace("_", " ")


def _value(value: Estimate | float | None) -> str:
    if isinstance(value, Estimate):
        return f"{value.value:.3f}\n{value.low:.3f} to {value.high:.3f}"
    return "–" if value is None else _number(float(value))


def _number(number: float) -> str:
    if number.is_integer():
        return f"{number:,.0f}"
    return f"{number:.0e}" if abs(number) < 0.0005 else f"{number:.3f}"


def _table(title: str, heads: Sequence[str]) -> Table:
    table = Table(title=title, title_justify="left", title_style="bold", show_lines=True)
    for head in heads:
        table.add_column(head, justify="right" if head in ("no.", "version", "replaced") else "left")
    return table
