"""The prediction log in PostgreSQL or SQLite."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.exc import DBAPIError, IntegrityError

from adapters.postgres import daily_counts, months, paging
from adapters.postgres.bulk import add_new, add_unknown
from adapters.postgres.database import Database
from adapters.postgres.keyset import c, newer_than
from adapters.postgres.prediction_rows import prediction_of
from adapters.postgres.serving_tables import serving_logs
from delay_core.ports import prediction_log as port
from delay_core.ports.prediction_log import DailyPredictions, LoggedPrediction, PredictionFilter, PredictionPage

BATCH = 2000
"""Predictions per batch of a window."""


class PredictionLog(port.PredictionLog):
    """The table `serving_logs`. Safe to share between threads."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._months = months.Months(database)

    def append(self, batch: Sequence[LoggedPrediction]) -> None:
        if not batch:
            return
        moments = [prediction.predicted_at for prediction in batch]
        with self._database.told(f"log {len(batch)} predictions"):
            self._months.ensure(moments)
            try:
                self._append(batch)
            except DBAPIError as error:
                if not self._months.dropped(error):
                    raise
                self._months.ensure(moments)
                self._append(batch)

    def get(self, prediction_id: UUID) -> LoggedPrediction | None:
        with self._database.reading("read a prediction") as connection:
            row = connection.execute(select(serving_logs).where(c.id == prediction_id).limit(1)).mappings().first()
        return None if row is None else prediction_of(row)

    def page(self, wanted: PredictionFilter, limit: int = 100, cursor: str | None = None) -> PredictionPage:
        after = paging.checked(limit, cursor)
        with self._database.reading("read predictions") as connection:
            return paging.page(connection, wanted, limit, after)

    def daily(self, since: date, until: date) -> list[DailyPredictions]:
        with self._database.reading("count predictions") as connection:
            return daily_counts.daily(connection, since, until)

    def window(
        self, since: datetime, until: datetime, model_name: str | None = None
    ) -> Iterator[Sequence[LoggedPrediction]]:
        wanted = select(serving_logs).where(c.timestamp < until).order_by(c.timestamp, c.id).limit(BATCH)
        if model_name is not None:
            wanted = wanted.where(c.model_name == model_name)
        following = wanted.where(c.timestamp >= since)
        while True:
            # A statement of its own each time: however long the reader takes, it keeps no transaction open.
            with self._database.reading("read a window of predictions") as connection:
                batch = [prediction_of(row) for row in connection.execute(following).mappings()]
            if batch:
                yield batch
            if len(batch) < BATCH:
                return
            following = wanted.where(newer_than((batch[-1].predicted_at, batch[-1].prediction_id)))

    def erase(self, shipment_id: str) -> int:
        with self._database.writing("erase a shipment's predictions") as connection:
            gone = connection.execute(delete(serving_logs).where(c.shipment_id == shipment_id).returning(*c))
            erased = [prediction_of(row) for row in gone.mappings()]
            daily_counts.add(connection, daily_counts.counted(erased), self._database.slot, sign=-1)
        return len(erased)

    def drop_before(self, moment: datetime) -> int:
        with self._database.writing("drop old predictions") as connection:
            old = delete(serving_logs).where(c.timestamp < moment)
            if self._database.embedded:
                dropped = connection.execute(old).rowcount
            else:
                dropped = months.drop(connection, old, moment)
            daily_counts.recount(connection, moment)
        return dropped

    def _append(self, batch: Sequence[LoggedPrediction]) -> None:
        try:
            with self._database.transaction() as connection:
                add_new(connection, batch)
                daily_counts.add(connection, daily_counts.counted(batch), self._database.slot)
        except IntegrityError:  # some of it was told before
            with self._database.transaction() as connection:
                added = add_unknown(connection, batch)
                daily_counts.add(connection, daily_counts.counted(added), self._database.slot)
