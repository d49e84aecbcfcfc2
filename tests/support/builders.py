"""Values of the ports that many tests need and few are about; every field can be set by its name.

Bundles have builders of their own, in `bundles`.
"""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from delay_core.ports.action_log import Action, ActionKind
from delay_core.ports.audit_log import AuditEntry
from delay_core.ports.outcome_log import Outcome
from delay_core.ports.prediction_log import KeyedAnswer, KeyedRequest, LoggedPrediction
from delay_core.uuid7 import uuid7_batch

NOON = datetime(2026, 3, 31, 12, tzinfo=UTC)


def logged_prediction(number: int = 0, **fields: Any) -> LoggedPrediction:
    """A prediction with a new id, of the shipment `S-<number>`, made so many seconds after noon."""
    predicted_at = fields.get("predicted_at", NOON + timedelta(seconds=number))
    defaults: dict[str, Any] = {
        "prediction_id": next(uuid7_batch(1, predicted_at)),
        "predicted_at": predicted_at,
        "request_data": {"Traffic_Status": "Heavy", "Waiting_Time": 12},
        "model_name": "late",
        "model_version": 1,
        "bundle_digest": "b" * 64,
        "schema_digest": "5" * 64,
        "shipment_id": f"S-{number}",
        "point": predicted_at - timedelta(hours=1),
        "probability": 0.25,
        "late": False,
    }
    return LoggedPrediction(**defaults | fields)


def logged_predictions(number: int = 0, size: int = 20, **fields: Any) -> list[LoggedPrediction]:
    """Predictions of one shipment, a microsecond apart."""
    first = fields.pop("predicted_at", NOON + timedelta(seconds=number))
    return [
        logged_prediction(number, **{"predicted_at": first + timedelta(microseconds=k), **fields}) for k in range(size)
    ]


def keyed_request(number: int = 0, size: int = 2, **fields: Any) -> KeyedRequest:
    """A request under the key of this number; each call is another attempt, with predictions of its own.

    `body_digest`, `answered_at` and `answer` are fields of its answer, all others of its predictions.
    """
    request_id = fields.pop("request_id", str(uuid4()))
    answer = KeyedAnswer(
        key=f"{number:064x}",
        body_digest=fields.pop("body_digest", "0" * 64),
        request_id=request_id,
        answered_at=fields.pop("answered_at", NOON),
        answer=fields.pop("answer", f'{{"request": "{request_id}", "text": "na\\u0000ïve €😀 \\\\N\\t"}}'),
    )
    return KeyedRequest(answer, tuple(logged_predictions(number, size, request_id=request_id, **fields)))


def outcome(number: int = 0, **fields: Any) -> Outcome:
    """The shipment `S-<number>` was late, known a day before it was recorded."""
    recorded_at = fields.get("recorded_at", NOON)
    defaults: dict[str, Any] = {
        "shipment_id": f"S-{number}",
        "late": True,
        "known_at": recorded_at - timedelta(days=1),
        "recorded_at": recorded_at,
        "source": "carrier.csv",
    }
    return Outcome(**defaults | fields)


def action(number: int = 0, **fields: Any) -> Action:
    """A planner acted on the shipment `S-<number>` at noon."""
    defaults: dict[str, Any] = {
        "action_id": uuid4(),
        "shipment_id": f"S-{number}",
        "kind": ActionKind.ACTED,
        "actor": "naïve 'planner'",
        "at": NOON,
        "reason": "expedited",
        "note": "Called the carrier.",
    }
    return Action(**defaults | fields)


def audit_entry(number: int = 0, **fields: Any) -> AuditEntry:
    """A reload by the operator, so many minutes after noon."""
    defaults: dict[str, Any] = {
        "entry_id": uuid4(),
        "at": NOON + timedelta(minutes=number),
        "actor": "ops",
        "action": "reload",
        "subject": "models:/late/3",
        "outcome": "done",
        "request_id": f"r-{number}",
    }
    return AuditEntry(**defaults | fields)
