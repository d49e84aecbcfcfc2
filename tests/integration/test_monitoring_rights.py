"""Monitoring as its role in a real PostgreSQL: it reads `serving`, and needs each of its privileges."""

import pytest

from adapters.sql import ActionLog, MonitoringStore, OutcomeLog, PredictionLog, PredictionReader
from adapters.sql.postgresql.grants import TABLE_PRIVILEGES
from delay_core.errors import StoreError
from support import postgres_server
from support.monitored_model import MonitoredModel

ROLE = "monitoring"
DAYS = 2
TABLES = [(database, table) for database in ("serving", "monitoring") for table in TABLE_PRIVILEGES[database][ROLE]]


@pytest.fixture
def model():
    """A model of which PostgreSQL has the predictions and outcomes, which monitoring reads as its role."""
    for database in ("serving", "monitoring"):
        postgres_server.emptied(database, *TABLE_PRIVILEGES[database][ROLE])
    model = MonitoredModel(store=MonitoringStore(postgres_server.as_role("monitoring", ROLE)))
    for day in range(DAYS):
        model.serve(day)
    serving, role = postgres_server.as_role("serving", "serving"), postgres_server.as_role("serving", ROLE)
    predictions = list(model.log.predictions.values())
    PredictionLog(serving).append(predictions)
    OutcomeLog(serving).append([one for row in predictions for one in model.outcomes.history(row.shipment_id)])
    model.reader, model.outcomes, model.actions = PredictionReader(role), OutcomeLog(role), ActionLog(role)
    return model


def test_monitoring__reads_as_its_role_what_it_needs(model):
    assert model.run(DAYS) == [0, 1]


@pytest.mark.parametrize(("database", "table"), TABLES)
def test_monitoring__needs_each_of_its_privileges(model, database, table):
    owner = postgres_server.owners(database)
    with owner.begin("revoke a privilege") as connection:
        connection.exec_driver_sql(f"REVOKE ALL ON {table} FROM {ROLE}")
    try:
        with pytest.raises(StoreError, match=f"permission denied for table {table}"):
            model.run(DAYS)
    finally:
        owner.upgrade()  # grants it again
