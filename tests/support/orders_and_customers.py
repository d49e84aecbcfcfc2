"""Two tables that a schema joins: orders, and the customers that they name."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from delay_core import parse_schema
from delay_core.schema import ShipmentSchema
from fakes.shipment_source import ShipmentSource

Table = Mapping[str, list[Any]]

ORDERS = {
    "order": ["o1", "o2", "o3", "o4"],
    "sent": ["2024-01-01", "2024-01-02", "2024-01-03", "2024-01-04"],
    "customer no": ["C1", "C2", "", "C9"],
    "late": ["0", "1", "0", "1"],
    "weight": ["1", "2", "3", "4"],
}
CUSTOMERS = {
    "id": ["C2", "C1", "C3"],
    "city": ["Oslo", "Rome", "Bern"],
    "name": ["B", "A", "C"],
    "late": ["x", "y", "z"],
}


def orders_schema(join: str, columns: str = "city: {role: categorical, nullable: true}") -> ShipmentSchema:
    """The schema of orders with this entry of `source.join`."""
    return parse_schema(
        f"""
name: orders
version: 1
source: {{join: [{join}]}}
prediction_point: {{column: sent, stage: order}}
label: {{column: late, known_after: P1D}}
columns:
  order: {{role: identifier}}
  sent: {{role: timestamp}}
  customer: {{role: identifier, nullable: true, aliases: [customer no]}}
  late: {{role: label, available_at: delivered}}
  weight: {{role: numeric, nullable: true}}
  {columns}
""",
        "orders.yaml",
    )


def frame(table: Table) -> pd.DataFrame:
    """The table as a source reads it."""
    return pd.DataFrame(table, dtype=object)


def source_of(chunk_rows: int = 2, **tables: Table) -> ShipmentSource:
    """A source of both tables, and of others in their place or beside them."""
    named = {
        f"in/{name}.csv": frame(table) for name, table in {"orders": ORDERS, "customers": CUSTOMERS, **tables}.items()
    }
    return ShipmentSource(named, chunk_rows=chunk_rows)
