"""The result of a window as JSON values, for programs."""

from dataclasses import asdict

from delay_core.evaluation import Estimate
from delay_core.monitoring.window_result import WindowResult


def result_json(result: WindowResult) -> dict[str, object]:
    """Decision, drift and performance; times in ISO 8601."""
    decision, performance = result.decision, result.performance
    point = decision.change_point
    return {
        "model_version": decision.model_version,
        "window_start": decision.window.start.isoformat(),
        "window_end": decision.window.end.isoformat(),
        "as_of": result.as_of.isoformat(),
        "rows": result.rows,
        "sampled_rows": result.sampled_rows,
        "severity": decision.severity.value,
        "reasons": [
            {"code": reason.code.value, "params": dict(reason.params), "text": str(reason)}
            for reason in decision.reasons
        ],
        "evidence": decision.evidence,
        "known_outcomes": decision.known_outcomes,
        "change_point": None if point is None else point.start.isoformat(),
        "changed": decision.changed,
        "drift": None if result.drift is None else asdict(result.drift),
        "performance": None if performance is None else _plain(asdict(performance)),
    }


def _plain(value: object) -> object:
    match value:
        case Estimate():
            return value.model_dump()
        case dict():
            return {name: _plain(item) for name, item in value.items()}
        case list() | tuple():
            return [_plain(item) for item in value]
    return value
