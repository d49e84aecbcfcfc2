"""Recalibration as its role in a real PostgreSQL: it needs each of its privileges, and no other."""

import pytest

from adapters.sql import ActionLog, OutcomeLog, PredictionLog, PredictionReader
from adapters.sql.postgresql.grants import TABLE_PRIVILEGES
from delay_core import load_schema
from delay_core.errors import StoreError
from fakes.shipment_source import ShipmentSource
from support import postgres_server
from support.fake_product import FakeProduct
from support.served_shipments import NAME, ServedShipments
from support.shipment_tables import raw_shipments

ROLE = "recalibration"


@pytest.fixture(scope="module")
def shipments():
    """A model of which PostgreSQL has the predictions and outcomes, which recalibration reads as its role."""
    product = FakeProduct(ShipmentSource({"one": raw_shipments(1)}))
    product.pipeline(load_schema("smart_logistics"), "one", NAME)
    served = ServedShipments(product)
    ids = served.serve(range(3), jump=1.6)
    postgres_server.emptied("serving", "serving_logs", "serving_daily", "outcomes", "actions")
    serving, role = postgres_server.as_role("serving", "serving"), postgres_server.as_role("serving", ROLE)
    PredictionLog(serving).append(list(product.prediction_log.predictions.values()))
    OutcomeLog(serving).append([outcome for one in ids for outcome in product.outcome_log.history(one)])
    logs = product.container.logs
    logs.prediction_reader.override(PredictionReader(role))
    logs.outcome_log.override(OutcomeLog(role))
    logs.action_log.override(ActionLog(role))
    return served


def test_recalibration__reads_as_its_role_what_it_needs(shipments):
    result = shipments.recalibrate(20)
    assert (result.outcomes.rows, result.decision.trigger) == (180, "recalibration")


@pytest.mark.parametrize("table", TABLE_PRIVILEGES["serving"][ROLE])
def test_recalibration__needs_each_of_its_privileges(shipments, table):
    owner = postgres_server.owners("serving")
    with owner.begin("revoke a privilege") as connection:
        connection.exec_driver_sql(f"REVOKE ALL ON {table} FROM {ROLE}")
    try:
        with pytest.raises(StoreError, match=f"permission denied for table {table}"):
            shipments.recalibrate(20)
    finally:
        owner.upgrade()  # grants it again
