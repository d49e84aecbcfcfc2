"""A model of older rows replaces no newer one, also where rows have an order and no times."""

from delay_core import parse_schema
from fakes.shipment_source import ShipmentSource
from support.fake_product import FakeProduct
from support.shipment_tables import raw_shipments


def test_table_without_times__is_compared_with_its_champion_and_older_rows_promote_nothing():
    schema = parse_schema(
        """
name: orders
version: 1
prediction_point: {order_by: number, stage: order}
label: {column: late}
columns:
  number: {role: numeric}
  waiting: {role: numeric}
  late: {role: label}
""",
        "orders.yaml",
    )
    product = FakeProduct(ShipmentSource({}, chunk_rows=250))
    shipments = raw_shipments(1)
    table = shipments[["Waiting_Time", "Logistics_Delay"]].set_axis(["waiting", "late"], axis=1)
    table = table.assign(number=[str(number) for number in range(len(table))])
    product.source.tables |= {"all": table, "half": table.iloc[:300]}
    newest = product.pipeline.train_version(schema, "all", "orders")
    product.promote(newest.version, newest.prepared, newest.trained, force=True)

    decision = product.pipeline(schema, "half", "orders").decision

    [check] = [check for check in decision.checks if check.name == "training_data"]
    assert (check.passed, check.value) == (False, -255.0)
    assert check.message == (
        "its training data end at row 254, before those of the champion (version 1), which end at row 509"
    )
