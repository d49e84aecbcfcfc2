"""How SQLite reads the predictions of a day for the worklist."""

from contextlib import closing
from datetime import timedelta

from sqlalchemy import event

from adapters.sql import Database, PredictionLog, Worklist
from support.builders import NOON, logged_prediction


def test_projection_in_sqlite__reads_predictions_by_time_and_not_all_of_the_model(tmp_path):
    statements = []
    with closing(Database(f"sqlite:///{tmp_path}/serving.db", "serving")) as database:
        PredictionLog(database).append([logged_prediction(1)])
        event.listen(database._engine, "before_cursor_execute", lambda *one: statements.append(one[2:4]))
        Worklist(database).refresh("late", None, NOON - timedelta(days=1), NOON + timedelta(hours=1))
        of_logs = [one for one in statements if "FROM serving_logs" in one[0]]
        with database.connect("explain") as connection:
            steps = [
                row.detail
                for statement, parameters in of_logs
                for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
                if "serving_logs" in row.detail
            ]

    assert len(of_logs) == 2  # the counts, and the newest predictions
    assert len(steps) == 2
    assert all("(timestamp>? AND timestamp<?)" in step for step in steps), steps
