"""A recalibration as lines of text, and as JSON."""

from datetime import datetime

from delay_core.use_cases.recalibrate import RecalibrationResult
from entrypoints.cli.console import delay_command, print_line
from entrypoints.cli.views.decisions import show_decision


def show_recalibration(result: RecalibrationResult, schema: str) -> None:
    """What was read and decided about the model of the schema, which is a name or a path."""
    serving, outcomes = result.serving, result.outcomes
    acted = f"; {outcomes.acted:,} more do not count: somebody acted on these shipments" if outcomes.acted else ""
    print_line(f"Read {outcomes.rows:,} outcomes{_span(outcomes.first_known_at, outcomes.last_known_at)}{acted}")
    if result.decision is None:
        print_line(f"Version {serving.version} of {serving.name} stays: {result.undecided}")
        return
    show_decision(result.decision)
    if result.decision.action == "promoted":
        print_line(f"      to serve version {serving.version} again: {delay_command('rollback', '--schema', schema)}")


def recalibration_json(result: RecalibrationResult) -> dict[str, object]:
    """The version that served, what was read, and the decision or why there is none."""
    outcomes = result.outcomes
    return {
        "model": result.serving.name,
        "recalibrated": result.serving.version,
        "outcomes": outcomes.rows,
        "acted_on": outcomes.acted,
        "refused_predictions": result.refused,
        "known_from": _iso(outcomes.first_known_at),
        "since": _iso(outcomes.since),
        "known_until": _iso(outcomes.last_known_at),
        "decision": None if result.decision is None else result.decision.model_dump(mode="json"),
        "undecided": result.undecided,
    }


def _span(first: datetime | None, last: datetime | None) -> str:
    return "" if first is None or last is None else f", known from {first:%Y-%m-%d %H:%M} to {last:%Y-%m-%d %H:%M} UTC"


def _iso(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()
