"""Databases by command: brought up to date, records erased, old ones deleted; embedded and as PostgreSQL's roles."""

from datetime import UTC, datetime, timedelta

import pytest

from adapters.sql import ActionLog, Database, OutcomeLog, PredictionLog, PredictionReader
from delay_core.ports.prediction_reader import PredictionFilter
from infra.local.postgres import PostgresServer
from support.builders import action, logged_prediction, outcome
from support.run import new_folder


@pytest.fixture(params=["embedded", "PostgreSQL"])
def stand(request, delay):
    """The command, and the URL that a service writes to."""
    if request.param == "embedded":
        delay.data.mkdir()
        yield delay, f"sqlite:///{delay.data}/serving.db"
        return
    with PostgresServer.start(new_folder(), fsync=False) as server:
        for variable, who in {
            "DELAY_SERVING_DB": ("serving", "serving"),
            "DELAY_SERVING_OWNER_DB": ("serving", "serving_owner"),
            "DELAY_OPERATOR_DB": ("serving", "operator"),
            "DELAY_MONITORING_OWNER_DB": ("monitoring", "monitoring_owner"),
        }.items():
            delay.variables[variable] = server.url(*who)
        yield delay, server.url("serving", "serving")


def log(url, shipment, days_ago):
    moment = datetime.now(UTC) - timedelta(days=days_ago)
    database = Database(url, "serving")
    PredictionLog(database).append([logged_prediction(predicted_at=moment, shipment_id=shipment)])
    OutcomeLog(database).append([outcome(shipment_id=shipment, known_at=moment, recorded_at=moment)])
    ActionLog(database).append([action(shipment_id=shipment, at=moment)])
    database.close()


def test_records__are_erased_by_shipment_and_deleted_by_age(stand):
    delay, url = stand
    assert set(delay.json("db", "upgrade")) == {"serving", "monitoring"}
    log(url, "old", 500)
    log(url, "new", 1)
    log(url, "private", 1)
    assert delay.json("erase", "private") == {"predictions": 1, "outcomes": 1, "actions": 1}
    dropped = delay.json("prune", "--keep-days", 400)
    assert (dropped["predictions"], dropped["outcomes"], dropped["actions"]) == (1, 1, 1)
    assert delay.json("retain", "--days", 400)["predictions"] == 0  # the former name
    database = Database(url, "serving")
    assert [row.shipment_id for row in PredictionReader(database).read_page(PredictionFilter()).predictions] == ["new"]
    database.close()


def test_outcomes__are_imported_once_with_every_row_accounted_for(stand, tmp_path):
    delay, url = stand
    delay("db", "upgrade")
    table = tmp_path / "outcomes.csv"
    table.write_text("shipment_id,late,known_at\nA,yes,2026-03-30\nB,no,\nC,,\nD,perhaps,\nA,1,2026-03-30\n")

    first, second = (delay.json("outcomes", "import", table) for _ in range(2))

    assert [first[name] for name in ("read", "recorded", "already_known", "open", "quarantined")] == [5, 2, 1, 1, 1]
    assert [second[name] for name in ("recorded", "already_known")] == [0, 3]
    assert first["violations"] == [
        {
            "row": 4,
            "field": "late",
            "code": "not_a_label",
            "message": "'perhaps' is not a label; late are late, true, yes, 1, on time are on time, false, no, 0",
        }
    ]
    database = Database(url, "serving")
    assert set(OutcomeLog(database).histories(["A", "B", "C", "D"], datetime.now(UTC))) == {"A", "B"}
    database.close()


def test_downgrade__needs_confirmation(delay):
    delay("db", "upgrade")
    assert "--yes" in delay("db", "downgrade", "serving", "base", expect=2).stderr
    delay("db", "downgrade", "serving", "base", "--yes")
    assert delay.json("db", "current")["serving"]["current"] is None
