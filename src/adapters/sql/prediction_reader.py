"""Reading predictions from PostgreSQL or SQLite."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_, select

from adapters.sql import daily_counts, keyset_pagination
from adapters.sql.database import Database
from adapters.sql.keyset_pagination import after_position
from adapters.sql.prediction_rows import from_row
from adapters.sql.serving_tables import serving_logs, superseded_predictions
from delay_core.ports import prediction_reader as port
from delay_core.ports.prediction_log import LoggedPrediction
from delay_core.ports.prediction_reader import DailyPredictions, PredictionFilter, PredictionPage
from delay_core.uuid7 import UUID_VERSION, time_range

WINDOW_BATCH_ROWS = 2000
"""Predictions per batch of a window."""

_MAX_IDS = 50
"""Ids per statement."""


class PredictionReader(port.PredictionReader):
    """The tables `serving_logs`, `superseded_predictions` and `serving_daily`. Safe to share between threads."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def get(self, prediction_id: UUID) -> LoggedPrediction | None:
        return self.get_many([prediction_id]).get(prediction_id)

    def get_many(self, prediction_ids: Collection[UUID]) -> Mapping[UUID, LoggedPrediction]:
        predictions: dict[UUID, LoggedPrediction] = {}
        with self._database.connect(f"read {len(prediction_ids)} predictions") as connection:
            for table, condition in (
                (serving_logs, _with_id),
                (superseded_predictions, superseded_predictions.c.id.__eq__),
            ):
                missing = [one for one in set(prediction_ids) - predictions.keys() if one.version == UUID_VERSION]
                for start in range(0, len(missing), _MAX_IDS):
                    query = select(table).where(or_(*map(condition, missing[start : start + _MAX_IDS])))
                    for row in connection.execute(query).mappings():
                        predictions[row["id"]] = from_row(row)
        return predictions

    def read_page(self, conditions: PredictionFilter, limit: int = 100, cursor: str | None = None) -> PredictionPage:
        position = keyset_pagination.parse_cursor(limit, cursor)
        with self._database.connect("read predictions") as connection:
            return keyset_pagination.read_page(connection, conditions, limit, position)

    def count_by_day(self, since: date, until: date) -> list[DailyPredictions]:
        with self._database.connect("count predictions") as connection:
            return daily_counts.read(connection, since, until)

    def read_window(
        self, since: datetime, until: datetime, model_name: str | None = None
    ) -> Iterator[Sequence[LoggedPrediction]]:
        logs = serving_logs.c
        ordered = select(serving_logs).order_by(logs.timestamp, logs.id).limit(WINDOW_BATCH_ROWS)
        query = ordered.where(logs.timestamp < until)
        if model_name is not None:
            query = query.where(logs.model_name == model_name)
        next_batch = query.where(logs.timestamp >= since)
        while True:
            # One statement per batch: no transaction stays open, however long the caller takes.
            with self._database.connect("read a window of predictions") as connection:
                batch = [from_row(row) for row in connection.execute(next_batch).mappings()]
            if batch:
                yield batch
            if len(batch) < WINDOW_BATCH_ROWS:
                return
            next_batch = query.where(after_position((batch[-1].predicted_at, batch[-1].prediction_id)))


def _with_id(prediction_id: UUID) -> ColumnElement[bool]:
    """The id contains the time, which leads to one partition and to a few rows of its primary key."""
    first, end = time_range(prediction_id)
    return and_(serving_logs.c.timestamp >= first, serving_logs.c.timestamp < end, serving_logs.c.id == prediction_id)
