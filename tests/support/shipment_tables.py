"""Raw tables of the schema `smart_logistics`, as a source hands them on: every value a text."""

import numpy as np
import pandas as pd

from delay_core import ShipmentSchema, parse_schema


def raw_shipments(seed: int, rows: int = 600) -> pd.DataFrame:
    """One shipment every five hours; heavy traffic and waiting make it late."""
    draw = np.random.default_rng(seed)
    traffic, waiting = draw.choice(["Clear", "Detour", "Heavy"], rows), draw.integers(10, 61, rows)
    log_odds = -1 + 1.5 * (traffic == "Heavy") + 0.05 * (waiting - 35)
    late = draw.random(rows) < 1 / (1 + np.exp(-log_odds))
    columns = {
        "Timestamp": pd.date_range("2024-01-01", periods=rows, freq="5h").strftime("%Y-%m-%d %H:%M:%S"),
        "Asset_ID": [f"Truck_{number}" for number in draw.integers(1, 11, rows)],
        "Latitude": draw.uniform(-90, 90, rows).round(4),
        "Longitude": draw.uniform(-180, 180, rows).round(4),
        "Inventory_Level": draw.integers(100, 500, rows),
        "Shipment_Status": np.where(late, "Delayed", "Delivered"),
        "Temperature": draw.uniform(18, 30, rows).round(1),
        "Humidity": draw.uniform(50, 80, rows).round(1),
        "Traffic_Status": traffic,
        "Waiting_Time": waiting,
        "User_Transaction_Amount": draw.integers(100, 500, rows),
        "User_Purchase_Frequency": draw.integers(1, 11, rows),
        "Logistics_Delay_Reason": np.where(late, "Traffic", "None"),
        "Asset_Utilization": draw.uniform(60, 100, rows).round(1),
        "Demand_Forecast": draw.integers(100, 300, rows),
        "Logistics_Delay": np.where(late, "1", "0"),
    }
    return pd.DataFrame({name: pd.Series(values).astype(str).astype(object) for name, values in columns.items()})


def schema_with_source(source: str) -> ShipmentSchema:
    """A small schema with this source format, in YAML."""
    return parse_schema(
        f"""
name: other
version: 1
source: {source}
prediction_point: {{column: t, stage: order}}
label: {{column: late}}
columns:
  t: {{role: timestamp}}
  city: {{role: categorical, unseen: bucket}}
  late: {{role: label, available_at: delivered}}
""",
        "other.yaml",
    )
