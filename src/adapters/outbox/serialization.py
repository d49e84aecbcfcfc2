"""Records of the logs as rows of the outbox, and back; a decoded record equals the original."""

import json
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple, TypeVar
from uuid import UUID

from pydantic_core import to_jsonable_python

from adapters.outbox.rows import DamagedRow, Kind, OutboxRow, StoredRow
from adapters.shared.text import sanitize_text
from delay_core.ports.action_log import Action, ActionKind
from delay_core.ports.audit_log import AuditEntry
from delay_core.ports.outcome_log import Outcome
from delay_core.ports.prediction_log import KeyedAnswer, KeyedRequest, LoggedPrediction

T = TypeVar("T")

# Only the standard library's JSON keeps every number and character, among them NaN and unpaired surrogates.
_ENCODER = json.JSONEncoder(separators=(",", ":"), default=to_jsonable_python)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def to_epoch_us(moment: datetime) -> int:
    """Microseconds since 1970."""
    return (moment - _EPOCH) // _MICROSECOND


def from_epoch_us(microseconds: int) -> datetime:
    """The time of so many microseconds since 1970, in UTC."""
    return _EPOCH + microseconds * _MICROSECOND


def encode_prediction(prediction: LoggedPrediction, key: str | None = None) -> OutboxRow:
    """The prediction's row; `key` is the idempotency key of its request."""
    p = prediction
    payload = _encode(
        p.prediction_id.hex,
        p.predicted_at.isoformat(),
        dict(p.request_data),
        p.model_name,
        p.model_version,
        p.bundle_digest,
        p.schema_digest,
        p.shipment_id,
        None if p.point is None else p.point.isoformat(),
        p.probability,
        p.late,
        p.error,
        p.request_id,
        p.client,
    )
    shipment_id = None if p.shipment_id is None else sanitize_text(p.shipment_id)
    return OutboxRow("prediction", to_epoch_us(p.predicted_at), payload, p.prediction_id.bytes, shipment_id, key)


def decode_prediction(payload: str) -> LoggedPrediction:
    """The prediction of a payload."""
    prediction_id, predicted_at, *rest = _parse(payload)
    rest[6] = None if rest[6] is None else datetime.fromisoformat(rest[6])
    return LoggedPrediction(UUID(hex=prediction_id), datetime.fromisoformat(predicted_at), *rest)


def encode_request(request: KeyedRequest) -> Iterator[OutboxRow]:
    """The row of the answer, followed by those of its predictions."""
    yield encode_answer(request.answer)
    for prediction in request.predictions:
        yield encode_prediction(prediction, request.answer.key)


def encode_answer(answer: KeyedAnswer) -> OutboxRow:
    """The answer's row."""
    a = answer
    payload = _encode(a.key, a.body_digest, a.request_id, a.answered_at.isoformat(), a.answer)
    return OutboxRow("answer", to_epoch_us(a.answered_at), payload, key=a.key)


def decode_answer(payload: str) -> KeyedAnswer:
    """The answer of a payload."""
    key, body_digest, request_id, answered_at, answer = _parse(payload)
    return KeyedAnswer(key, body_digest, request_id, datetime.fromisoformat(answered_at), answer)


def encode_outcome(outcome: Outcome) -> OutboxRow:
    """The outcome's row, at the time when it was recorded."""
    o = outcome
    payload = _encode(o.shipment_id, o.late, o.known_at.isoformat(), o.recorded_at.isoformat(), o.source)
    return OutboxRow("outcome", to_epoch_us(o.recorded_at), payload, shipment_id=sanitize_text(o.shipment_id))


def decode_outcome(payload: str) -> Outcome:
    """The outcome of a payload."""
    shipment_id, late, known_at, recorded_at, source = _parse(payload)
    return Outcome(shipment_id, late, datetime.fromisoformat(known_at), datetime.fromisoformat(recorded_at), source)


def encode_action(action: Action) -> OutboxRow:
    """The action's row."""
    a = action
    payload = _encode(a.action_id.hex, a.shipment_id, a.kind, a.actor, a.at.isoformat(), a.reason, a.note)
    return OutboxRow("action", to_epoch_us(a.at), payload, a.action_id.bytes, sanitize_text(a.shipment_id))


def decode_action(payload: str) -> Action:
    """The action of a payload."""
    action_id, shipment_id, kind, actor, at, *texts = _parse(payload)
    return Action(UUID(hex=action_id), shipment_id, ActionKind(kind), actor, datetime.fromisoformat(at), *texts)


def encode_audit_entry(entry: AuditEntry) -> OutboxRow:
    """The entry's row."""
    e = entry
    payload = _encode(e.entry_id.hex, e.at.isoformat(), e.actor, e.action, e.subject, e.outcome, e.request_id)
    return OutboxRow("entry", to_epoch_us(e.at), payload, e.entry_id.bytes)


def decode_audit_entry(payload: str) -> AuditEntry:
    """The entry of a payload."""
    entry_id, at, *rest = _parse(payload)
    return AuditEntry(UUID(hex=entry_id), datetime.fromisoformat(at), *rest)


def _encode(*values: Any) -> str:
    return _ENCODER.encode(values)


def _parse(payload: str) -> Any:
    if not payload.isascii():
        raise ValueError("it has a character that the outbox does not write")
    return json.loads(payload)


_DAMAGED = (ValueError, TypeError, LookupError, AttributeError, RecursionError)
"""What decoding raises if the payload is not what was written."""


def decode(row: StoredRow) -> Any:
    """The record of the row, or a DamagedRow."""
    try:
        if row.checksum is None or row.matches_checksum():
            return _DECODERS[row.kind](row.payload)
    except _DAMAGED as error:
        return DamagedRow(row, type(error).__name__)
    return DamagedRow(row, "its checksum does not match")


def decode_if_intact(record_type: type[T], row: StoredRow | None) -> T | None:
    """The record of the row; None if there is no row, or a damaged one."""
    record = None if row is None else decode(row)
    return record if isinstance(record, record_type) else None


class Delivery(NamedTuple):
    """A record that is delivered as a whole, and the sequence numbers of its rows; or a damaged row."""

    sequence_numbers: tuple[int, ...]
    record: Any

    def shipments(self) -> set[str]:
        """The ids of the shipments that the record is about."""
        records = self.record.predictions if isinstance(self.record, KeyedRequest) else (self.record,)
        return {shipment_id for one in records if isinstance(shipment_id := getattr(one, "shipment_id", None), str)}


def group_deliveries(rows: Iterable[StoredRow]) -> Iterator[Delivery]:
    """The records of these rows in order; all rows of the last request must be among them.

    A damaged row is a delivery of its own: without it, the rest of its request is delivered.
    """
    request: tuple[list[int], KeyedAnswer, list[LoggedPrediction]] | None = None
    for row in rows:
        record = decode(row)
        if request is not None and row.kind == "prediction" and row.key == request[1].key:
            if isinstance(record, LoggedPrediction):
                request[0].append(row.seq)
                request[2].append(record)
            else:
                yield Delivery((row.seq,), record)
            continue
        if request is not None:
            yield _request_delivery(*request)
            request = None
        if isinstance(record, KeyedAnswer):
            request = ([row.seq], record, [])
        else:
            yield Delivery((row.seq,), record)
    if request is not None:
        yield _request_delivery(*request)


def _request_delivery(
    sequence_numbers: list[int], answer: KeyedAnswer, predictions: list[LoggedPrediction]
) -> Delivery:
    return Delivery(tuple(sequence_numbers), KeyedRequest(answer, tuple(predictions)))


_DECODERS: dict[Kind, Callable[[str], object]] = {
    "prediction": decode_prediction,
    "answer": decode_answer,
    "outcome": decode_outcome,
    "action": decode_action,
    "entry": decode_audit_entry,
}
