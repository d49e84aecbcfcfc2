"""Answers under idempotency keys: the first one holds, whoever else claims the key at the same time."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import islice

from sqlalchemy import Connection, delete, select
from sqlalchemy.dialects import postgresql, sqlite

from adapters.sql.serving_tables import idempotency_keys
from delay_core.ports.prediction_log import KeyedAnswer

_c = idempotency_keys.c
_AT_ONCE = 1000
"""Keys in one statement."""

_CLAIMS = {
    "postgresql": postgresql.insert(idempotency_keys).on_conflict_do_nothing().returning(_c.key),
    "sqlite": sqlite.insert(idempotency_keys).on_conflict_do_nothing().returning(_c.key),
}


def settle(connection: Connection, answers: Sequence[KeyedAnswer]) -> tuple[set[str], dict[str, KeyedAnswer]]:
    """Put the answers under their keys, of which there are no two alike: which were free, and what the others hold."""
    free: set[str] = set()
    taken: dict[str, KeyedAnswer] = {}
    open_ = answers
    while open_:  # again only where an answer was deleted between our two looks
        free |= _claim(connection, open_)
        taken |= held(connection, [answer.key for answer in open_ if answer.key not in free])
        open_ = [answer for answer in open_ if answer.key not in free and answer.key not in taken]
    return free, taken


def _claim(connection: Connection, answers: Iterable[KeyedAnswer]) -> set[str]:
    """The keys that were free.

    Keys go in order, so that no two writers wait for each other in a circle. Whoever has a key first, and has not
    committed yet, is waited for.
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
    return set(connection.scalars(_CLAIMS[connection.dialect.name], rows))


def held(connection: Connection, keys: Sequence[str]) -> dict[str, KeyedAnswer]:
    """What is under these keys; those that hold nothing are absent."""
    found: dict[str, KeyedAnswer] = {}
    for some in _parts(keys):
        for row in connection.execute(select(idempotency_keys).where(_c.key.in_(some))).mappings():
            found[row["key"]] = KeyedAnswer(**row)
    return found


def forget(connection: Connection, request_ids: Iterable[str]) -> None:
    """Delete what was answered to these requests."""
    for some in _parts(request_ids):
        connection.execute(delete(idempotency_keys).where(_c.request_id.in_(some)))


def drop_before(connection: Connection, moment: datetime) -> None:
    """Delete what was answered before the moment."""
    connection.execute(delete(idempotency_keys).where(_c.answered_at < moment))


def _parts(values: Iterable[str]) -> Iterator[list[str]]:
    rest = iter(values)
    while some := list(islice(rest, _AT_ONCE)):
        yield some
