"""What it costs SQLite to read predictions by their ids: a bulk load gives many of them one time."""

from contextlib import closing
from dataclasses import replace

import pytest
from sqlalchemy import event

from adapters.sql import Database, PredictionLog, PredictionReader
from adapters.sql.id_lookup import SIZES
from delay_core.uuid7 import uuid7_batch
from support.builders import NOON, logged_prediction


def instructions(folder, rows, ids):
    """How many instructions of SQLite read so many of the predictions, which have one time."""
    counted = 0

    def count() -> None:
        nonlocal counted
        counted += 1

    predictions = [
        replace(logged_prediction(), prediction_id=one, predicted_at=NOON) for one in uuid7_batch(rows, NOON)
    ]
    folder.mkdir()
    with closing(Database(f"sqlite:///{folder}/serving.db", "serving")) as database:
        PredictionLog(database).append(predictions)
        event.listen(database._engine, "checkout", lambda connection, *_: connection.set_progress_handler(count, 1))
        wanted = predictions[:: rows // ids][:ids]
        read = PredictionReader(database).get_many([one.prediction_id for one in wanted])
    assert read == {one.prediction_id: one for one in wanted}
    return counted


def test_get_many__executes_few_statements_whatever_the_number_of_ids(tmp_path):
    statements = set()
    ids = list(uuid7_batch(60, NOON))
    with closing(Database(f"sqlite:///{tmp_path}/serving.db", "serving")) as database:
        reader = PredictionReader(database)
        reader.get_many(ids)  # creates the tables
        event.listen(database._engine, "before_cursor_execute", lambda *call: statements.add(call[2]))
        for count in range(1, 61):
            reader.get_many(ids[:count])

    assert 2 < len([text for text in statements if text.startswith(("WITH", "SELECT"))]) <= 2 * len(SIZES)


@pytest.mark.parametrize("ids", [1, 70])
def test_get_many__costs_the_same_whatever_number_of_predictions_has_the_same_time(tmp_path, ids):
    few, many = (instructions(tmp_path / str(rows), rows, ids) for rows in (100, 5_000))

    assert 0 < many < 1.2 * few
