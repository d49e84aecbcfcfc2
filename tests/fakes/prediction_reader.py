"""Reading predictions in memory."""

import math
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date, datetime
from uuid import UUID

from delay_core.ports import prediction_reader as port
from delay_core.ports.prediction_log import LoggedPrediction
from delay_core.ports.prediction_reader import (
    MAX_PAGE_ROWS,
    DailyPredictions,
    PredictionFilter,
    PredictionPage,
    PredictionSample,
)
from delay_core.uuid7 import sample_limit
from fakes.prediction_log import PredictionLog, stored_text

WINDOW_BATCH_ROWS = 2


class PredictionReader(port.PredictionReader):
    """Reads a fake `PredictionLog`."""

    def __init__(self, log: PredictionLog) -> None:
        self._log = log

    def get(self, prediction_id: UUID) -> LoggedPrediction | None:
        return self.get_many([prediction_id]).get(prediction_id)

    def get_many(self, prediction_ids: Collection[UUID]) -> Mapping[UUID, LoggedPrediction]:
        by_id = {prediction_id: row for (_, prediction_id), row in self._log.predictions.items()}
        by_id = self._log.superseded | by_id
        return {prediction_id: by_id[prediction_id] for prediction_id in prediction_ids if prediction_id in by_id}

    def read_page(self, conditions: PredictionFilter, limit: int = 100, cursor: str | None = None) -> PredictionPage:
        if not 1 <= limit <= MAX_PAGE_ROWS:
            raise ValueError(f"limit {limit} is outside 1 to {MAX_PAGE_ROWS}")
        positions = {_cursor(row): key for key, row in self._log.predictions.items()}
        if cursor is not None and cursor not in positions:
            raise ValueError(f"{cursor!r} is no cursor")
        rows = [
            row
            for key, row in sorted(self._log.predictions.items(), reverse=True)
            if (cursor is None or key < positions[cursor]) and _matches(row, conditions)
        ]
        return PredictionPage(tuple(rows[:limit]), _cursor(rows[limit - 1]) if len(rows) > limit else None)

    def count_by_day(self, since: date, until: date) -> list[DailyPredictions]:
        days: dict[tuple[date, str, int], list[LoggedPrediction]] = {}
        for row in self._log.predictions.values():
            days.setdefault((row.predicted_at.date(), row.model_name, row.model_version), []).append(row)
        return [_count(*key, rows) for key, rows in sorted(days.items()) if since <= key[0] < until]

    def read_window(
        self, since: datetime, until: datetime, model_name: str | None = None
    ) -> Iterator[Sequence[LoggedPrediction]]:
        rows = [row for (moment, _), row in sorted(self._log.predictions.items()) if since <= moment < until]
        rows = [row for row in rows if model_name in (None, row.model_name)]
        for start in range(0, len(rows), WINDOW_BATCH_ROWS):
            yield rows[start : start + WINDOW_BATCH_ROWS]

    def read_sample(self, since: datetime, until: datetime, model_name: str, max_rows: int) -> PredictionSample:
        rows = [row for batch in self.read_window(since, until, model_name) for row in batch]
        window_rows = Counter(row.model_version for row in rows)
        limits = {v: sample_limit(n, max_rows) if n > max_rows else 2**64 for v, n in window_rows.items()}
        batches = ([row] for row in rows if row.prediction_id.int % 2**64 < limits[row.model_version])
        return PredictionSample(window_rows, batches)


def _cursor(row: LoggedPrediction) -> str:
    return f"{row.predicted_at.isoformat()} {row.prediction_id}"


def _matches(row: LoggedPrediction, conditions: PredictionFilter) -> bool:
    return (
        (conditions.since is None or row.predicted_at >= conditions.since)
        and (conditions.until is None or row.predicted_at < conditions.until)
        and (conditions.shipment_id is None or row.shipment_id == stored_text(conditions.shipment_id))
        and conditions.model_name in (None, row.model_name)
        and conditions.model_version in (None, row.model_version)
        and conditions.late in (None, row.late)
    )


def _count(day: date, model_name: str, model_version: int, rows: list[LoggedPrediction]) -> DailyPredictions:
    probabilities = [row.probability for row in rows if row.probability is not None]
    late = sum(row.late is True for row in rows)
    errors = sum(row.error is not None for row in rows)
    mean = math.fsum(probabilities) / len(probabilities) if probabilities else None
    return DailyPredictions(day, model_name, model_version, len(rows), late, errors, mean)
