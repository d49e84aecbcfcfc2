"""Reading everything that a prediction log holds."""

from datetime import date
from uuid import UUID

from delay_core.ports.prediction_log import LoggedPrediction
from delay_core.ports.prediction_reader import PredictionFilter, PredictionReader


def read_all(reader: PredictionReader, **conditions: object) -> list[LoggedPrediction]:
    """All predictions that meet the conditions, read page by page, newest first."""
    rows: list[LoggedPrediction] = []
    cursor = None
    while True:
        page = reader.read_page(PredictionFilter(**conditions), 1000, cursor)  # type: ignore[arg-type] # by name
        rows += page.predictions
        cursor = page.next_cursor
        if cursor is None:
            return rows


def read_ids(reader: PredictionReader) -> list[UUID]:
    """The ids of all predictions, oldest first; the daily counts must agree with them."""
    ids = [row.prediction_id for row in reversed(read_all(reader))]
    assert sum(day.rows for day in reader.count_by_day(date.min, date.max)) == len(ids)
    return ids


def ids_in(*batches: list[LoggedPrediction] | tuple[LoggedPrediction, ...]) -> list[UUID]:
    """The sorted ids of these predictions."""
    return sorted(prediction.prediction_id for batch in batches for prediction in batch)
