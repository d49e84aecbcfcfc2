"""Deleting predictions from PostgreSQL or SQLite, with their counts and keyed answers."""

from datetime import datetime

from sqlalchemy import delete

from adapters.sql import daily_counts, idempotency
from adapters.sql.database import Database
from adapters.sql.postgresql import partitions
from adapters.sql.prediction_rows import from_row
from adapters.sql.serving_tables import serving_logs
from delay_core.ports import prediction_retention as port


class PredictionRetention(port.PredictionRetention):
    """The tables `serving_logs`, `serving_daily` and `idempotency_keys`. Safe to share between threads."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def erase(self, shipment_id: str) -> int:
        logs = serving_logs.c
        statement = delete(serving_logs).where(logs.shipment_id == shipment_id).returning(*logs)
        with self._database.begin("erase a shipment's predictions") as connection:
            deleted = [from_row(row) for row in connection.execute(statement).mappings()]
            daily_counts.upsert(connection, daily_counts.aggregate_by_day(deleted), self._database.slot, sign=-1)
            request_ids = {prediction.request_id for prediction in deleted if prediction.request_id is not None}
            idempotency.delete_for_requests(connection, request_ids)
        return len(deleted)

    def drop_before(self, moment: datetime) -> int:
        with self._database.begin("drop old predictions") as connection:
            idempotency.delete_before(connection, moment)
            statement = delete(serving_logs).where(serving_logs.c.timestamp < moment)
            if self._database.embedded:
                deleted = connection.execute(statement).rowcount
            else:
                deleted = partitions.drop_before(connection, statement, moment)
            daily_counts.rebuild(connection, moment)
        return deleted
