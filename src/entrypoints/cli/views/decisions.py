"""Decisions about versions, and the checks that they are based on."""

from collections.abc import Sequence

from rich.markup import escape
from rich.table import Table

from delay_core.evaluation import Estimate
from delay_core.ports.model_catalog import ModelVersion
from delay_core.promotion import Check, Decision
from entrypoints.cli.console import console, delay_command, print_line

_SIGNS = {"above": ">", "at_least": "≥", "at_most": "≤"}


def show_gate_decision(
    decision: Decision | None, challenger: ModelVersion, serving: ModelVersion | None, *, checks: bool = True
) -> None:
    """What the gate decided about the challenger; None where it serves already, itself or recalibrated."""
    if decision is None:
        recalibrated = (
            f", recalibrated as version {serving.version}" if serving and serving.digest != challenger.digest else ""
        )
        print_line(f"Version {challenger.version} of {challenger.name} serves already{recalibrated}")
    else:
        show_decision(decision, checks=checks)


def show_decision(decision: Decision, *, checks: bool = True) -> None:
    """A decision with every check, or with its reasons alone. Decisions recorded by early versions have no checks."""
    console().print(
        f"[bold]{_head(decision)}[/]  version {decision.version} of {escape(decision.name)} ({decision.digest[:12]})"
    )
    with_checks = checks and bool(decision.checks)
    if with_checks:
        console().print(checks_table(decision.checks))
    for reason in decision.notes if with_checks else decision.reasons:
        print_line(f"      {reason}")
    if decision.gain_over_champion is not None and decision.compared_rows:
        print_line(f"      compared with the champion on {decision.compared_rows:,} shipments")


def show_decisions(name: str, decisions: Sequence[Decision], schema: str) -> None:
    """The record of decisions about the model of the schema, which is a name or a path."""
    if decisions:
        console().print(_decisions_table(name, decisions))
    else:
        print_line(f"Nothing was decided about {name} yet; next: {delay_command('promote', '--schema', schema)}")


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


def _decisions_table(name: str, decisions: Sequence[Decision]) -> Table:
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
    if decision.trigger == "recalibration":
        return "recalibrated" if decision.action == "promoted" else "not recalibrated"
    return f"{decision.action.replace('_', ' ')}{' by force' if decision.forced else ''}"


def _head(decision: Decision) -> str:
    """What was decided, before the version that it is about."""
    match decision.trigger, decision.action:
        case "recalibration", "promoted":
            return "Recalibrated as"
        case "recalibration", _:
            return "Not recalibrated"
        case _, "refused":
            return "Not promoted"
        case _, "rolled_back":
            return "Rolled back to"
    return describe_action(decision).capitalize()


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
