"""Monitoring by command and API: history is replayed through the serving path; a second replay changes nothing."""

import signal
import sqlite3
import time
from contextlib import closing, suppress

import pytest

SOURCE = "simulator://smart_logistics?start=2026-01-01&days=4&rows=920&seed=11&dirt=0.01"


def all_rows(folder):
    """Every row of both databases, by table."""
    rows = {}
    for name in ("serving", "monitoring"):
        with closing(sqlite3.connect(folder / f"{name}.db")) as database:
            tables = database.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
            for (table,) in tables:
                if table != "serving_daily":  # its counters are spread over slots
                    rows[table] = sorted(map(repr, database.execute(f"SELECT * FROM {table}")))  # noqa: S608
    return rows


@pytest.fixture(scope="module")
def replayed(simulated):
    delay = simulated[0]
    return delay, delay.json("monitor", "replay", "--source", SOURCE)


def test_replay__logs_predictions_and_outcomes_at_their_times(replayed):
    delay, report = replayed

    with closing(sqlite3.connect(delay.data / "replay" / "serving.db")) as database:
        logged = database.execute("SELECT id, timestamp, point, client FROM serving_logs").fetchall()
        [(first, last)] = database.execute("SELECT min(recorded_at), max(recorded_at) FROM outcomes")
        [(day_counts,)] = database.execute("SELECT sum(rows) FROM serving_daily").fetchall()

    assert (len(logged), report["refused"]) == (day_counts, 0)
    assert len(logged) == report["rows"]
    assert {client for *_, client in logged} == {"replay"}
    assert all(timestamp == point for _, timestamp, point, _ in logged)
    assert (first[:10], last[:10]) == ("2026-01-04", "2026-01-04")


def test_replay__decides_every_day(replayed):
    _, report = replayed

    assert [window["window_start"][:10] for window in report["windows"]] == [f"2026-01-0{day}" for day in (4, 3, 2, 1)]
    assert report["windows"][0]["known_outcomes"] == report["outcomes"] > 0
    assert {column["column"] for column in report["windows"][0]["drift"]["columns"]} >= {
        "Temperature",
        "Traffic_Status",
    }
    assert report["windows"][0]["performance"]["estimated"]["figures"]["late_rate"]["value"] > 0


def test_replay__again_changes_no_row(replayed):
    delay, _ = replayed
    before = all_rows(delay.data / "replay")

    delay.json("monitor", "replay", "--source", SOURCE)

    assert all_rows(delay.data / "replay") == before


def decided_days(folder):
    with closing(sqlite3.connect(f"file:{folder}/monitoring.db?mode=ro", uri=True)) as database:
        return database.execute("SELECT count(*) FROM monitoring_decisions").fetchone()[0]


def test_replay__killed_in_the_middle_is_completed_by_the_next_one(replayed, tmp_path):
    delay, _ = replayed
    command = ("monitor", "replay", "--source", SOURCE, "--into", tmp_path)
    with delay.start(*command) as process:
        while process.poll() is None:
            with suppress(sqlite3.OperationalError):  # no database or no table yet
                if decided_days(tmp_path) >= 2:
                    process.kill()
            time.sleep(0.02)
    assert process.returncode == -signal.SIGKILL
    assert 2 <= decided_days(tmp_path) < 4

    delay.json(*command)

    assert all_rows(tmp_path) == all_rows(delay.data / "replay")


def test_replay__refuses_rows_that_the_model_was_trained_on(simulated):
    table = "simulator://smart_logistics?rows=50&days=2&seed=3"
    assert "is after" in simulated[0]("monitor", "replay", "--source", table, expect=3).stderr


def test_status__of_an_empty_database_says_what_to_do(simulated):
    delay = simulated[0]

    assert "monitor run" in delay("monitor", "status").stdout
    assert delay.json("monitor", "status", "--check")["windows"] == []


def test_status__shows_what_a_replay_stored(replayed):
    delay, report = replayed
    delay.variables["DELAY_MONITORING_DB"] = f"sqlite:///{delay.data}/replay/monitoring.db"
    try:
        assert delay.json("monitor", "status", "--windows", "4")["windows"] == report["windows"]
        assert "2026-01-04" in delay("monitor", "status").stdout
    finally:
        del delay.variables["DELAY_MONITORING_DB"]


def test_run__on_served_predictions_of_another_database(replayed):
    delay, report = replayed
    delay.variables["DELAY_SERVING_DB"] = f"sqlite:///{delay.data}/replay/serving.db"
    try:
        run = delay.json("monitor", "run", "--since", "2026-01-01", "--until", "2026-01-05")
    finally:
        del delay.variables["DELAY_SERVING_DB"]

    def decisions(windows):
        return [(one["window_start"], one["severity"], one["evidence"], one["known_outcomes"]) for one in windows]

    assert decisions(run["windows"]) == decisions(report["windows"])[::-1]
