"""Pairs of schemas, the second made from the first by a few changes, and requests for the first."""

import copy
from collections.abc import Sequence
from importlib import resources

import pandas as pd
import yaml
from hypothesis import strategies as st

from delay_core import ShipmentSchema, parse_schema
from delay_core.errors import SchemaError, SourceError
from delay_core.schema import Column
from delay_core.validation import ShipmentValidator

TEXT = """\
name: parcels
version: 1
source: {date_formats: [ISO8601, "%d.%m.%Y"], timezone: Europe/Paris, null_tokens: ["", n/a]}
prediction_point: {column: sent, stage: dispatch}
label: {column: was late}
group: [ship, state]
calendar: [{column: sent, parts: [hour, month]}]
exclude_where: [{column: state, equals: [test]}]
derived: {km: {haversine: [origin, goal]}}
columns:
  sent: {role: timestamp, available_at: dispatch, earliest: 2020-01-01, latest: 2030-01-01}
  ship: {role: identifier, nullable: true}
  weight: {role: numeric, unit: kg, minimum: 0, maximum: 100, aliases: [kilos], strip: [kg]}
  volume: {role: numeric, unit: m³, nullable: true, sentinels: {not measured: n/k, crate: "-1"}}
  origin: {role: coordinates, axis_order: lat_lon}
  goal: {role: coordinates, axis_order: lon_lat, nullable: true}
  mode: {role: categorical, categories: [air, sea, road], unseen: refuse}
  carrier: {role: categorical, categories: [A, B], nullable: true}
  state: {role: ignored, nullable: true}
  note: {role: ignored}
  was late: {role: label, available_at: delivered}
"""

BUILT_IN = {
    name: yaml.safe_load((resources.files("delay_core") / "schemas" / f"{name}.yaml").read_text())
    for name in ("smart_logistics", "scms")
} | {"parcels": yaml.safe_load(TEXT)}

WORDS = st.sampled_from(["", "N/A", "n/a", "n/k", "-1", "5", "Clear", "Heavy", "Air", "See 1", "air", "kg", "test"])
LIMIT = st.sampled_from([0, 1, 50, 99])
ROLES = st.sampled_from(["numeric", "categorical", "timestamp", "identifier", "ignored"])
COLUMN_KEYS = {
    "role": ROLES,
    "unit": st.sampled_from(["kg", "%"]),
    "minimum": LIMIT,
    "maximum": LIMIT,
    "earliest": st.sampled_from(["2000-01-01", "2024-02-01"]),
    "latest": st.sampled_from(["2024-02-01", "2999-01-01"]),
    "strip": st.lists(st.sampled_from(["kg", "k", "%", "5"]), max_size=2),
    "categories": st.lists(WORDS, min_size=1, max_size=3, unique=True),
    "unseen": st.sampled_from(["bucket", "refuse"]),
    "axis_order": st.sampled_from(["lat_lon", "lon_lat"]),
    "nullable": st.booleans(),
    "null_tokens": st.lists(WORDS, max_size=2, unique=True),
    "sentinels": st.dictionaries(st.sampled_from(["r", "s"]), WORDS.filter(bool), max_size=2),
    "aliases": st.lists(st.sampled_from(["other", "Asset_ID", "note", "state"]), max_size=1),
    "available_at": st.sampled_from(["order", "dispatch", "delivered"]),
}
SOURCE_KEYS = {
    "date_formats": st.lists(
        st.sampled_from(["ISO8601", "%d.%m.%Y", "%m/%d/%Y %H:%M", "%d-%b-%y", "epoch_s"]),
        min_size=1,
        max_size=3,
        unique=True,
    ),
    "timezone": st.sampled_from(["UTC", "Europe/Paris"]),
    "decimal": st.sampled_from([".", ","]),
    "thousands": st.sampled_from([",", " "]),
    "null_tokens": st.lists(WORDS, max_size=2, unique=True),
}


@st.composite
def pairs(draw: st.DrawFn) -> tuple[ShipmentSchema, ShipmentSchema] | None:
    """A schema and another made from it by a few changes; None if one of them is inconsistent."""
    old = copy.deepcopy(BUILT_IN[draw(st.sampled_from(sorted(BUILT_IN)))])
    new = copy.deepcopy(old)
    for _ in range(draw(st.integers(1, 3))):
        name = draw(st.sampled_from(sorted(new["columns"])))
        what = draw(st.sampled_from(["column"] * 6 + ["source", "drop", "key", "exclude", "swap"]))
        if what == "column":
            key = draw(st.sampled_from(sorted(COLUMN_KEYS)))
            new["columns"][name][key] = draw(COLUMN_KEYS[key])
        elif what == "source":
            key = draw(st.sampled_from(sorted(SOURCE_KEYS)))
            new.setdefault("source", {})[key] = draw(SOURCE_KEYS[key])
        elif what == "drop":
            del new["columns"][name]
        elif what == "key":
            new["key"] = draw(st.lists(st.just(name), max_size=1))
        elif what == "exclude":
            new["exclude_where"] = [{"column": name, "equals": [draw(WORDS)]}]
        else:
            old, new = new, old
    try:
        return parse_schema(yaml.safe_dump(old), "old.yaml"), parse_schema(yaml.safe_dump(new), "new.yaml")
    except SchemaError:
        return None


TOKENS = ["", "N/A", "n/a", "n/k", "-1", "Clear", "See 1", "test", "Direct Drop", "Air", "air", "A"]
NUMBERS = [-1, 0, 1, 5, 50.5, 99, 1700000000, "5", "5 kg", ".5", "1.5", "1,5", "1,500"]
DATES = ["2024-03-01", "2024-01-31 02:30", "01.02.2024", "2/1/2024 08:00", "1-Feb-24"]
POINTS = ["1,5", "(50 120)", "POINT(120 50)", "1,5; 2,5"]
UNUSUAL = st.sampled_from([None, True, [1], *TOKENS, *NUMBERS, *DATES, *POINTS])


def usual_value(schema: ShipmentSchema, column: Column) -> float | str:
    match column.role:
        case "numeric":
            return 50 if column.maximum is None or column.maximum >= 50 else column.maximum
        case "timestamp":
            return "01-Feb-24" if schema.name == "scms" else "2024-02-01"
        case "coordinates":
            return "50 60"
        case "categorical" if column.categories:
            return column.categories[0]
    return "x"


@st.composite
def records(draw: st.DrawFn, schema: ShipmentSchema) -> dict[str, object]:
    unusual = draw(st.sets(st.sampled_from(sorted(schema.columns)), max_size=3))
    record: dict[str, object] = {}
    for name, column in schema.columns.items():
        alias = draw(st.sampled_from([name, *column.aliases])) if name in unusual else name
        if name not in unusual:
            record[alias] = usual_value(schema, column)
        elif draw(st.booleans()) or draw(st.booleans()):
            record[alias] = draw(UNUSUAL)
    return record


def accepts(schema: ShipmentSchema, shipments: Sequence[dict[str, object]]) -> bool:
    """Whether a request with these shipments is valid."""
    table = pd.DataFrame(shipments, dtype=object)
    if any(name not in schema.aliases for name in table):
        return False
    try:
        return ShipmentValidator(schema, request=True).validate(table).counts.accepted == len(shipments)
    except SourceError:
        return False
