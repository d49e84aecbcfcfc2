"""Records of the logs as rows of the journal, and back, exactly: what comes out is equal to what went in."""

import json
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, Literal, NamedTuple
from uuid import UUID

from pydantic_core import to_jsonable_python

from adapters.shared.text import sanitize_text
from delay_core.ports.audit_log import AuditEntry
from delay_core.ports.outcome_log import Outcome
from delay_core.ports.prediction_log import KeyedAnswer, KeyedRequest, LoggedPrediction

Kind = Literal["prediction", "answer", "outcome", "entry"]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


class Row(NamedTuple):
    """A record as it is kept; the columns beside `payload` are those by which it is looked for."""

    kind: Kind
    at: int
    payload: str
    record_id: bytes | None = None
    shipment_id: str | None = None
    key: str | None = None


class Kept(NamedTuple):
    """A row that is in the journal: its place in line, and what it takes to make the record of it."""

    seq: int
    kind: Kind
    key: str | None
    payload: str


def microseconds(moment: datetime) -> int:
    """Since 1970, as moments are kept."""
    return (moment - _EPOCH) // _MICROSECOND


def moment_of(at: int) -> datetime:
    """The moment that is kept so."""
    return _EPOCH + at * _MICROSECOND


def prediction_row(p: LoggedPrediction, key: str | None = None) -> Row:
    """`key` where the prediction was made for a request that bore one."""
    payload = _text(
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
    return Row("prediction", microseconds(p.predicted_at), payload, p.prediction_id.bytes, shipment_id, key)


def prediction_of(payload: str) -> LoggedPrediction:
    """The prediction that was kept."""
    prediction_id, predicted_at, *rest = json.loads(payload)
    rest[6] = None if rest[6] is None else datetime.fromisoformat(rest[6])
    return LoggedPrediction(UUID(hex=prediction_id), datetime.fromisoformat(predicted_at), *rest)


def request_rows(request: KeyedRequest) -> Iterator[Row]:
    """The answer, and after it what it tells of."""
    a = request.answer
    payload = _text(a.key, a.body_digest, a.request_id, a.answered_at.isoformat(), a.answer)
    yield Row("answer", microseconds(a.answered_at), payload, key=a.key)
    for one in request.predictions:
        yield prediction_row(one, a.key)


def answer_of(payload: str) -> KeyedAnswer:
    """The answer that was kept."""
    key, body_digest, request_id, answered_at, answer = json.loads(payload)
    return KeyedAnswer(key, body_digest, request_id, datetime.fromisoformat(answered_at), answer)


def outcome_row(o: Outcome) -> Row:
    """At the time it was told."""
    payload = _text(o.shipment_id, o.late, o.known_at.isoformat(), o.recorded_at.isoformat(), o.source)
    return Row("outcome", microseconds(o.recorded_at), payload, shipment_id=sanitize_text(o.shipment_id))


def outcome_of(payload: str) -> Outcome:
    """The outcome that was kept."""
    shipment_id, late, known_at, recorded_at, source = json.loads(payload)
    return Outcome(shipment_id, late, datetime.fromisoformat(known_at), datetime.fromisoformat(recorded_at), source)


def entry_row(e: AuditEntry) -> Row:
    """At its own time."""
    payload = _text(e.entry_id.hex, e.at.isoformat(), e.actor, e.action, e.subject, e.outcome, e.request_id)
    return Row("entry", microseconds(e.at), payload, e.entry_id.bytes)


def entry_of(payload: str) -> AuditEntry:
    """The entry that was kept."""
    entry_id, at, *rest = json.loads(payload)
    return AuditEntry(UUID(hex=entry_id), datetime.fromisoformat(at), *rest)


def _text(*values: Any) -> str:
    # The standard library's: it alone keeps every number and every character, surrogates and NaN among them.
    return json.dumps(values, separators=(",", ":"), default=to_jsonable_python)


class Unit(NamedTuple):
    """What is handed on whole, or not at all: the places of its rows, and the record that they make."""

    seqs: tuple[int, ...]
    record: Any


def units(rows: Iterable[Kept]) -> Iterator[Unit]:
    """The records that these rows make, in their order; the last request's rows must all be among them."""
    asked: tuple[list[int], KeyedAnswer, list[LoggedPrediction]] | None = None
    for row in rows:
        if asked is not None and row.kind == "prediction" and row.key == asked[1].key:
            asked[0].append(row.seq)
            asked[2].append(prediction_of(row.payload))
            continue
        if asked is not None:
            yield _request(*asked)
            asked = None
        if row.kind == "answer":
            asked = ([row.seq], answer_of(row.payload), [])
        else:
            yield Unit((row.seq,), _RECORDS[row.kind](row.payload))
    if asked is not None:
        yield _request(*asked)


def _request(seqs: list[int], answer: KeyedAnswer, predictions: list[LoggedPrediction]) -> Unit:
    return Unit(tuple(seqs), KeyedRequest(answer, tuple(predictions)))


_RECORDS = {"prediction": prediction_of, "outcome": outcome_of, "entry": entry_of}
