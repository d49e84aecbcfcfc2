"""A model of a made-up schema, parcels with a key and costs, for the API: registered in a second."""

import csv
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from delay_core import parse_schema
from support.mlflow_stores import fresh_store
from support.real_models import FAMILIES, learned

_SCHEMA = """
name: parcels
version: 1
description: Parcels of a made-up company.
prediction_point: {column: sent, stage: dispatch}
label: {column: late, known_after: P1D}
key: [parcel]
costs: {missed_delay: 100, needless_action: 20, currency: EUR}
columns:
  parcel: {role: identifier}
  sent: {role: timestamp}
  carrier: {role: categorical, categories: [road, rail, air], actionable: true}
  load: {role: numeric, unit: kg, minimum: 0, maximum: 500, actionable: true}
  late: {role: label, nullable: true, available_at: delivered}
"""
_CARRIERS = ("road", "rail", "air")
_ROWS = 240


@dataclass(frozen=True)
class ServedParcels:
    """What `delay serve` needs."""

    data: Path
    schema: Path


def parcel(number: int, moment: datetime) -> dict[str, object]:
    """A parcel without its outcome: the heavier ones by road come late."""
    return {
        "parcel": f"P-{number}",
        "sent": moment.isoformat(),
        "carrier": _CARRIERS[number % 3],
        "load": number * 37 % 500,
    }


def served_parcels(folder: Path) -> ServedParcels:
    """A data folder with a model that serves."""
    schema, table, data = folder / "parcels.yaml", folder / "parcels.csv", folder / "data"
    schema.write_text(_SCHEMA, "utf-8")
    first = datetime(2026, 1, 1, tzinfo=UTC)
    parcels = [parcel(number, first + timedelta(hours=number)) for number in range(_ROWS)]
    with table.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, [*parcels[0], "late"])
        writer.writeheader()
        writer.writerows({**one, "late": _comes_late(number, one)} for number, one in enumerate(parcels))
    (data / "mlflow").mkdir(parents=True)
    fresh_store(data / "mlflow")
    family = "logistic_regression"
    learned(parse_schema(_SCHEMA, schema.name), table, data, {family: FAMILIES[family]})
    return ServedParcels(data, schema)


def _comes_late(number: int, one: dict[str, object]) -> int:
    return int(int(str(one["load"])) + 150 * (one["carrier"] == "road") + 40 * (number % 5) > 400)
