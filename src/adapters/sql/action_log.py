"""The log of actions in PostgreSQL or SQLite, beside the predictions that people acted on."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, RowMapping, Select, delete, func, insert, select
from sqlalchemy.dialects import postgresql, sqlite

from adapters.shared.text import sanitize_text
from adapters.sql.batched_deletes import delete_before
from adapters.sql.database import Database
from adapters.sql.erasures import lock_and_read, record
from adapters.sql.keyset_pagination import before_position, format_cursor, parse_cursor
from adapters.sql.postgresql.advisory_lock import lock_until_commit
from adapters.sql.serving_tables import actions
from delay_core.ports import action_log as port
from delay_core.ports.action_log import (
    MAX_PAGE_ACTIONS,
    Action,
    ActionFilter,
    ActionKind,
    ActionPage,
    check_previous,
    check_repetition,
)

_INSERTS = {
    "postgresql": postgresql.insert(actions).on_conflict_do_nothing(),
    "sqlite": sqlite.insert(actions).on_conflict_do_nothing(),
}
_MAX_IDS = 1000
"""Shipments per statement."""
NEWEST_FIRST = (actions.c.at.desc(), actions.c.action_id.desc())
"""In this order, the first action on a shipment is the newest."""


class ActionLog(port.ActionLog):
    """The table `actions`. Safe to share between threads."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def append(self, batch: Sequence[Action]) -> None:
        if not batch:
            return
        # Sorted, so that two writers do not deadlock.
        rows = [_to_row(action) for action in sorted(batch, key=lambda action: action.action_id)]
        with self._database.begin(f"record {len(rows)} actions") as connection:
            erased = lock_and_read(connection, [actions], min(action.at for action in batch))
            kept = [row for row in rows if not erased.cover(row["shipment_id"], row["at"])]
            if kept:
                connection.execute(_INSERTS[connection.dialect.name], kept)

    def record(self, action: Action, previous_id: UUID | None) -> Action:
        with self._database.begin("record an action") as connection:
            if not self._database.embedded:  # a transaction that writes to SQLite is alone anyway
                lock_until_commit(connection, f"actions on {sanitize_text(action.shipment_id)}")
            erased = lock_and_read(connection, [actions], action.at)
            recorded = _first(connection, select(actions).where(actions.c.action_id == action.action_id))
            if recorded is not None:
                check_repetition(recorded, action, sanitize_text(action.shipment_id))
                return recorded
            newest = _first(
                connection, select(actions).where(actions.c.shipment_id == action.shipment_id).order_by(*NEWEST_FIRST)
            )
            check_previous(newest, previous_id)
            if newest is not None and newest.at >= action.at:
                action = replace(action, at=newest.at + timedelta(microseconds=1))
            if erased.cover(action.shipment_id, action.at):
                return action
            [row] = connection.execute(insert(actions).returning(*actions.c), [_to_row(action)]).mappings()
            return _from_row(row)

    def newest(self, shipment_ids: Collection[str]) -> Mapping[str, Action]:
        rank = func.row_number().over(partition_by=actions.c.shipment_id, order_by=NEWEST_FIRST).label("rank")
        newest: dict[str, Action] = {}
        with self._database.connect(f"read the newest actions on {len(shipment_ids)} shipments") as connection:
            for ids in _batches(shipment_ids):
                ranked = select(actions, rank).where(actions.c.shipment_id.in_(ids)).subquery()
                columns = [ranked.c[column.name] for column in actions.c]
                rows = connection.execute(select(*columns).where(ranked.c.rank == 1)).mappings()
                newest.update((row["shipment_id"], _from_row(row)) for row in rows)
        return newest

    def read_page(self, conditions: ActionFilter, limit: int = 100, cursor: str | None = None) -> ActionPage:
        position = parse_cursor(limit, cursor, MAX_PAGE_ACTIONS)
        query = select(actions).where(*_where(conditions)).order_by(*NEWEST_FIRST).limit(limit + 1)
        if position is not None:
            query = query.where(before_position(position, actions.c.at, actions.c.action_id))
        with self._database.connect("read actions") as connection:
            rows = [_from_row(row) for row in connection.execute(query).mappings()]
        last = (rows[limit - 1].at, rows[limit - 1].action_id) if len(rows) > limit else None
        return ActionPage(tuple(rows[:limit]), last and format_cursor(last))

    def history(self, shipment_id: str) -> list[Action]:
        query = select(actions).where(actions.c.shipment_id == shipment_id).order_by(actions.c.at, actions.c.action_id)
        with self._database.connect("read actions") as connection:
            return [_from_row(row) for row in connection.execute(query).mappings()]

    def acted_on(self, shipment_ids: Collection[str]) -> Mapping[str, datetime]:
        first = func.min(actions.c.at, type_=actions.c.at.type)
        query = (
            select(actions.c.shipment_id, first)
            .where(actions.c.kind == ActionKind.ACTED.value)
            .group_by(actions.c.shipment_id)
        )
        acted_at: dict[str, datetime] = {}
        with self._database.connect(f"read actions on {len(shipment_ids)} shipments") as connection:
            for ids in _batches(shipment_ids):
                batch = query.where(actions.c.shipment_id.in_(ids))
                acted_at.update((shipment_id, at) for shipment_id, at in connection.execute(batch))
        return acted_at

    def erase(self, shipment_id: str) -> int:
        record(self._database, shipment_id, [actions])
        with self._database.begin("erase the actions on a shipment") as connection:
            return connection.execute(delete(actions).where(actions.c.shipment_id == shipment_id)).rowcount

    def drop_before(self, moment: datetime) -> int:
        return delete_before(self._database, actions, actions.c.at, moment)


def _batches(shipment_ids: Collection[str]) -> Iterator[list[str]]:
    ids = sorted(set(shipment_ids))
    return (ids[start : start + _MAX_IDS] for start in range(0, len(ids), _MAX_IDS))


def _first(connection: Connection, query: Select[Any]) -> Action | None:
    row = connection.execute(query.limit(1)).mappings().first()
    return None if row is None else _from_row(row)


def _where(conditions: ActionFilter) -> list[ColumnElement[bool]]:
    clauses = []
    if conditions.shipment_id is not None:
        clauses.append(actions.c.shipment_id == conditions.shipment_id)
    if conditions.since is not None:
        clauses.append(actions.c.at >= conditions.since)
    if conditions.until is not None:
        clauses.append(actions.c.at < conditions.until)
    if conditions.kind is not None:
        clauses.append(actions.c.kind == conditions.kind.value)
    return clauses


def _to_row(action: Action) -> dict[str, Any]:
    return {
        "action_id": action.action_id,
        "shipment_id": action.shipment_id,
        "at": action.at,
        "kind": action.kind.value,
        "actor": action.actor,
        "reason": action.reason,
        "note": action.note,
    }


def _from_row(row: RowMapping) -> Action:
    return Action(**{**row, "kind": ActionKind(row["kind"])})
