"""The log of actions in PostgreSQL or SQLite, beside the predictions that people acted on."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.dialects import postgresql, sqlite

from adapters.sql.batched_deletes import delete_before
from adapters.sql.database import Database
from adapters.sql.erasures import lock_and_read, record
from adapters.sql.serving_tables import actions
from delay_core.ports import action_log as port
from delay_core.ports.action_log import Action, ActionKind

_INSERTS = {
    "postgresql": postgresql.insert(actions).on_conflict_do_nothing(),
    "sqlite": sqlite.insert(actions).on_conflict_do_nothing(),
}
_MAX_IDS = 1000
"""Shipments per statement."""


class ActionLog(port.ActionLog):
    """The table `actions`. Safe to share between threads."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def append(self, batch: Sequence[Action]) -> None:
        if not batch:
            return
        rows: list[dict[str, Any]] = [
            {
                "action_id": action.action_id,
                "shipment_id": action.shipment_id,
                "at": action.at,
                "kind": action.kind.value,
                "actor": action.actor,
                "reason": action.reason,
                "note": action.note,
            }
            for action in sorted(batch, key=lambda action: action.action_id)  # so that two writers do not deadlock
        ]
        with self._database.begin(f"record {len(rows)} actions") as connection:
            erased = lock_and_read(connection, [actions], min(action.at for action in batch))
            kept = [row for row in rows if not erased.cover(row["shipment_id"], row["at"])]
            if kept:
                connection.execute(_INSERTS[connection.dialect.name], kept)

    def history(self, shipment_id: str) -> list[Action]:
        query = select(actions).where(actions.c.shipment_id == shipment_id).order_by(actions.c.at, actions.c.action_id)
        with self._database.connect("read actions") as connection:
            rows = connection.execute(query).mappings()
            return [Action(**{**row, "kind": ActionKind(row["kind"])}) for row in rows]

    def acted_on(self, shipment_ids: Collection[str]) -> Mapping[str, datetime]:
        ids, first = sorted(set(shipment_ids)), func.min(actions.c.at, type_=actions.c.at.type)
        query = (
            select(actions.c.shipment_id, first)
            .where(actions.c.kind == ActionKind.ACTED.value)
            .group_by(actions.c.shipment_id)
        )
        acted_at: dict[str, datetime] = {}
        with self._database.connect(f"read actions on {len(ids)} shipments") as connection:
            for start in range(0, len(ids), _MAX_IDS):
                batch = query.where(actions.c.shipment_id.in_(ids[start : start + _MAX_IDS]))
                acted_at.update((shipment_id, at) for shipment_id, at in connection.execute(batch))
        return acted_at

    def erase(self, shipment_id: str) -> int:
        record(self._database, shipment_id, [actions])
        with self._database.begin("erase the actions on a shipment") as connection:
            return connection.execute(delete(actions).where(actions.c.shipment_id == shipment_id)).rowcount

    def drop_before(self, moment: datetime) -> int:
        return delete_before(self._database, actions, actions.c.at, moment)
