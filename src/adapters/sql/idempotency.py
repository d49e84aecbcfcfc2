"""Answers by idempotency key: the first one counts, also if several writers claim a key at the same time."""

from collections.abc import Iterable, Iterator, Sequence

from sqlalchemy import Connection, delete, select
from sqlalchemy.dialects import postgresql, sqlite

from adapters.sql.serving_tables import idempotency_keys
from delay_core.ports.prediction_log import KeyedAnswer

_MAX_VALUES = 1000
"""Keys or request ids per statement."""

_keys = idempotency_keys.c
_INSERTS = {
    "postgresql": postgresql.insert(idempotency_keys).on_conflict_do_nothing().returning(_keys.key),
    "sqlite": sqlite.insert(idempotency_keys).on_conflict_do_nothing().returning(_keys.key),
}


def claim_keys(connection: Connection, answers: Sequence[KeyedAnswer]) -> tuple[set[str], dict[str, KeyedAnswer]]:
    """Store the answers, whose keys are distinct: the keys that were free, and the existing answers of the others."""
    claimed: set[str] = set()
    existing: dict[str, KeyedAnswer] = {}
    pending = answers
    while pending:  # more than once only if an answer is deleted between the two statements
        claimed |= _insert_keys(connection, pending)
        existing |= lookup(connection, [answer.key for answer in pending if answer.key not in claimed])
        pending = [answer for answer in pending if answer.key not in claimed and answer.key not in existing]
    return claimed, existing


def _insert_keys(connection: Connection, answers: Iterable[KeyedAnswer]) -> set[str]:
    """Insert the answers whose keys are free; these keys.

    Keys are sorted, so that no two writers deadlock. The statement waits for a writer that has inserted one of the keys
    and not committed yet.
    """
    rows = [
        {
            "key": answer.key,
            "body_digest": answer.body_digest,
            "request_id": answer.request_id,
            "answered_at": answer.answered_at,
            "answer": answer.answer,
        }
        for answer in sorted(answers, key=lambda answer: answer.key)
    ]
    return set(connection.scalars(_INSERTS[connection.dialect.name], rows))


def lookup(connection: Connection, keys: Sequence[str]) -> dict[str, KeyedAnswer]:
    """Answers by key; unknown keys are absent."""
    answers: dict[str, KeyedAnswer] = {}
    for batch in _batched(keys):
        for row in connection.execute(select(idempotency_keys).where(_keys.key.in_(batch))).mappings():
            answers[row["key"]] = KeyedAnswer(**row)
    return answers


def delete_for_requests(connection: Connection, request_ids: Iterable[str]) -> None:
    """Delete the answers to these requests."""
    for batch in _batched(list(request_ids)):
        connection.execute(delete(idempotency_keys).where(_keys.request_id.in_(batch)))


def _batched(values: Sequence[str]) -> Iterator[Sequence[str]]:
    return (values[start : start + _MAX_VALUES] for start in range(0, len(values), _MAX_VALUES))
