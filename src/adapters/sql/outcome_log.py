"""The outcome log in PostgreSQL or SQLite, beside the predictions that it is joined to."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite

from adapters.sql.batched_deletes import delete_before
from adapters.sql.database import Database
from adapters.sql.erasures import lock_and_read, record
from adapters.sql.outcome_join import RECORD_ORDER, join_outcomes
from adapters.sql.serving_tables import outcomes
from delay_core.ports import outcome_log as port
from delay_core.ports.outcome_log import Outcome, PredictionWithOutcome

_INSERTS = {
    "postgresql": postgresql.insert(outcomes).on_conflict_do_nothing(),
    "sqlite": sqlite.insert(outcomes).on_conflict_do_nothing(),
}

_MAX_IDS = 1000
"""Shipments per statement."""


class OutcomeLog(port.OutcomeLog):
    """The table `outcomes`. Safe to share between threads."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def append(self, batch: Sequence[Outcome]) -> None:
        if not batch:
            return
        rows: list[dict[str, Any]] = [
            {
                "shipment_id": outcome.shipment_id,
                "recorded_at": outcome.recorded_at,
                "known_at": outcome.known_at,
                "late": outcome.late,
                "source": outcome.source,
            }
            # Sorted, so that two writers of the same outcomes do not deadlock.
            for outcome in sorted(batch, key=lambda outcome: (outcome.shipment_id, outcome.recorded_at))
        ]
        with self._database.begin(f"record {len(rows)} outcomes") as connection:
            oldest = min(outcome.recorded_at for outcome in batch)
            erased = lock_and_read(connection, [outcomes], oldest)
            kept = [row for row in rows if not erased.cover(row["shipment_id"], row["recorded_at"])]
            if kept:
                connection.execute(_INSERTS[connection.dialect.name], kept)

    def history(self, shipment_id: str) -> list[Outcome]:
        query = select(outcomes).where(outcomes.c.shipment_id == shipment_id).order_by(*RECORD_ORDER)
        with self._database.connect("read outcomes") as connection:
            return [Outcome(**row) for row in connection.execute(query).mappings()]

    def histories(self, shipment_ids: Collection[str], until: datetime) -> Mapping[str, Sequence[Outcome]]:
        ids = sorted(set(shipment_ids))
        query = select(outcomes).where(outcomes.c.recorded_at <= until).order_by(*RECORD_ORDER)
        histories: defaultdict[str, list[Outcome]] = defaultdict(list)
        with self._database.connect(f"read the outcomes of {len(ids)} shipments") as connection:
            for start in range(0, len(ids), _MAX_IDS):
                batch = query.where(outcomes.c.shipment_id.in_(ids[start : start + _MAX_IDS]))
                for row in connection.execute(batch).mappings():
                    histories[row["shipment_id"]].append(Outcome(**row))
        return histories

    def join_predictions(
        self, since: datetime, until: datetime, model_name: str | None = None
    ) -> Iterator[Sequence[PredictionWithOutcome]]:
        return join_outcomes(self._database, since, until, model_name)

    def erase(self, shipment_id: str) -> int:
        record(self._database, shipment_id, [outcomes])
        with self._database.begin("erase a shipment's outcomes") as connection:
            return connection.execute(delete(outcomes).where(outcomes.c.shipment_id == shipment_id)).rowcount

    def drop_before(self, moment: datetime) -> int:
        return delete_before(self._database, outcomes, outcomes.c.recorded_at, moment)
