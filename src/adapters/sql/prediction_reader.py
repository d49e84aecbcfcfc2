"""Reading predictions from PostgreSQL or SQLite."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date, datetime
from uuid import UUID

from adapters.sql import daily_counts, id_lookup, keyset_pagination, window_reading
from adapters.sql.database import Database
from adapters.sql.prediction_rows import from_row
from adapters.sql.serving_tables import serving_logs
from delay_core.ports import prediction_reader as port
from delay_core.ports.prediction_log import LoggedPrediction
from delay_core.ports.prediction_reader import DailyPredictions, PredictionFilter, PredictionPage, PredictionSample
from delay_core.uuid7 import UUID_VERSION, sample_limit


class PredictionReader(port.PredictionReader):
    """The tables `serving_logs`, `superseded_predictions` and `serving_daily`. Safe to share between threads."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def get(self, prediction_id: UUID) -> LoggedPrediction | None:
        return self.get_many([prediction_id]).get(prediction_id)

    def get_many(self, prediction_ids: Collection[UUID]) -> Mapping[UUID, LoggedPrediction]:
        predictions: dict[UUID, LoggedPrediction] = {}
        with self._database.connect(f"read {len(prediction_ids)} predictions") as connection:
            select_logged = id_lookup.select_logged_in_sqlite if self._database.embedded else id_lookup.select_logged
            for select_ids in (select_logged, id_lookup.select_superseded):
                missing = [one for one in set(prediction_ids) - predictions.keys() if one.version == UUID_VERSION]
                for start in range(0, len(missing), id_lookup.MAX_IDS):
                    ids = missing[start : start + id_lookup.MAX_IDS]
                    statement = select_ids(id_lookup.statement_size(len(ids)))
                    for row in connection.execute(statement, id_lookup.parameters(ids)).mappings():
                        predictions[row["id"]] = from_row(row, row.get("superseded_by"))
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
        conditions = [] if model_name is None else [logs.model_name == model_name]
        return window_reading.read_all(self._database, since, until, *conditions)

    def read_sample(self, since: datetime, until: datetime, model_name: str, max_rows: int) -> PredictionSample:
        rows = window_reading.count_by_version(self._database, since, until, model_name)
        if all(count <= max_rows for count in rows.values()):
            return PredictionSample(rows, self.read_window(since, until, model_name))
        return PredictionSample(rows, self._read_versions(since, until, model_name, max_rows, rows))

    def _read_versions(
        self, since: datetime, until: datetime, model_name: str, max_rows: int, rows: Mapping[int, int]
    ) -> Iterator[Sequence[LoggedPrediction]]:
        logs = serving_logs.c
        for version, count in sorted(rows.items()):
            conditions = logs.model_name == model_name, logs.model_version == version
            if count <= max_rows:
                yield from window_reading.read_all(self._database, since, until, *conditions)
            else:
                limit = sample_limit(count, max_rows)
                yield from window_reading.read_sample(self._database, since, until, limit, *conditions)
