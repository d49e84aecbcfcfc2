"""Deleting predictions from PostgreSQL or SQLite, with their counts and keyed answers."""

from datetime import datetime

from sqlalchemy import delete

from adapters.sql import daily_counts, idempotency
from adapters.sql.batched_deletes import delete_before
from adapters.sql.database import Database
from adapters.sql.erasures import record
from adapters.sql.open_shipments import forget, forget_before, project_again
from adapters.sql.postgresql import months
from adapters.sql.prediction_rows import from_row
from adapters.sql.serving_tables import idempotency_keys, serving_logs, superseded_predictions
from delay_core.ports import prediction_retention as port

_TABLES = (serving_logs, superseded_predictions)


class PredictionRetention(port.PredictionRetention):
    """The tables of predictions, their counts, keyed answers and erasures. Safe to share between threads."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def erase(self, shipment_id: str) -> int:
        record(self._database, shipment_id, _TABLES)
        with self._database.begin("erase a shipment's predictions") as connection:
            forget(connection, shipment_id)
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
            project_again(connection, {prediction.predicted_at.date() for prediction in counted})
            request_ids = {prediction.request_id for prediction in counted if prediction.request_id is not None}
            idempotency.delete_for_requests(connection, request_ids)
        return len(counted) + len(superseded)

    def drop_before(self, moment: datetime) -> int:
        database, logs = self._database, serving_logs.c
        self.drop_answers_before(moment)
        deleted = delete_before(database, superseded_predictions, superseded_predictions.c.timestamp, moment)
        if database.embedded:
            deleted += delete_before(database, serving_logs, logs.timestamp, moment)
        else:
            deleted += delete_before(database, serving_logs, logs.timestamp, moment, months.in_no_whole_month(moment))
        with database.begin("count the remaining predictions") as connection:
            forget_before(connection, moment)
            daily_counts.rebuild(connection, moment)
            if not database.embedded:
                months.create_ahead(connection)
        return deleted if database.embedded else deleted + months.drop_before(database, moment)

    def drop_answers_before(self, moment: datetime) -> int:
        return delete_before(self._database, idempotency_keys, idempotency_keys.c.answered_at, moment)
