"""Deleting predictions from PostgreSQL or SQLite, with their counts and keyed answers."""

from datetime import datetime

from sqlalchemy import delete

from adapters.sql import daily_counts, idempotency
from adapters.sql.database import Database
from adapters.sql.erasures import record
from adapters.sql.postgresql import partitions
from adapters.sql.prediction_rows import from_row
from adapters.sql.serving_tables import serving_logs, superseded_predictions
from delay_core.ports import prediction_retention as port

_TABLES = (serving_logs, superseded_predictions)


class PredictionRetention(port.PredictionRetention):
    """The tables of predictions, their counts, keyed answers and erasures. Safe to share between threads."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def erase(self, shipment_id: str) -> int:
        record(self._database, shipment_id, _TABLES)
        with self._database.begin("erase a shipment's predictions") as connection:
            counted, superseded = (
                [
                    from_row(row)
                    for row in connection.execute(
                        delete(table).where(table.c.shipment_id == shipment_id).returning(*table.c)
                    ).mappings()
                ]
                for table in _TABLES
            )
            daily_counts.upsert(connection, daily_counts.aggregate_by_day(counted), self._database.slot, sign=-1)
            request_ids = {prediction.request_id for prediction in counted if prediction.request_id is not None}
            idempotency.delete_for_requests(connection, request_ids)
        return len(counted) + len(superseded)

    def drop_before(self, moment: datetime) -> int:
        with self._database.begin("drop old predictions") as connection:
            idempotency.delete_before(connection, moment)
            of_superseded = delete(superseded_predictions).where(superseded_predictions.c.timestamp < moment)
            deleted = connection.execute(of_superseded).rowcount
            statement = delete(serving_logs).where(serving_logs.c.timestamp < moment)
            if self._database.embedded:
                deleted += connection.execute(statement).rowcount
            else:
                deleted += partitions.drop_before(connection, statement, moment)
            daily_counts.rebuild(connection, moment)
        return deleted
