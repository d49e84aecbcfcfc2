"""One column of the schema: its keys, and the evidence as notes."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from delay_core.schema import Stage
from delay_core.schema_inference import vocabulary
from delay_core.schema_inference.detection.coordinates import axis_order, coordinate_axis
from delay_core.schema_inference.detection.label_columns import LabelColumn
from delay_core.schema_inference.inference import InferredSchema
from delay_core.schema_inference.profiling.column_profile import ColumnProfile
from delay_core.schema_inference.profiling.pii import look_like_names, looks_like_pii
from delay_core.schema_inference.profiling.value_counts import format_share
from delay_core.schema_inference.rendering.yaml_emitter import MAX_WIDTH, Line, flow, mapping_lines, one_line, scalar
from delay_core.schema_inference.vocabulary import Vocabulary, normalize

_MAX_LISTED_CATEGORIES = 12
_UNIT_NAMES = {
    "kg": "kg kgs kilogram kilograms kilogramm kilo kilos",
    "g": "g gram grams gramm",
    "t": "t tonne tonnes",
    "lb": "lb lbs pound pounds",
    "km": "km kms kilometer kilometers kilometre kilometres",
    "mi": "mi mile miles",
    "m": "m meter meters metre metres",
    "cm": "cm",
    "mm": "mm",
    "m³": "m3 m³ cbm",
    "L": "l liter litre liters litres",
    "min": "min mins minute minutes minuten minutos",
    "h": "h hr hrs hour hours std stunde stunden heures horas",
    "s": "s sec secs second seconds sekunden",
    "day": "d day days tag tage tagen jour jours dia dias día días",
    "°C": "°c c celsius",
    "°F": "°f fahrenheit",
    "%": "% pct percent prozent",
    "EUR": "eur € euro euros",
    "USD": "usd us$",
    "GBP": "gbp",
    "CHF": "chf",
    "unit": "unit units pcs pieces stk stück",
    "km/h": "km/h kmh",
    "degree": "degree degrees deg °",
}
_UNITS = {name: unit for unit, names in _UNIT_NAMES.items() for name in names.split()}
_AMBIGUOUS_UNITS = frozenset(["g", "t", "m", "s", "h", "d", "l", "c", "mi", "unit", "units", "deg"])
"""Units only in brackets, not as the last word of a header: `size_m`, `temp_c`, `business_unit`."""
_DURATION_WORDS = Vocabulary("time* wait* duration dauer zeit *zeit minutes minuten temps tiempo transit delay")


@dataclass(frozen=True)
class ColumnEntry:
    """A column under its name in the schema: its keys in order, and notes for the comment."""

    name: str
    keys: Mapping[str, object]
    notes: tuple[str, ...]

    def lines(self) -> list[Line]:
        """YAML indented by two: one line if it fits, else one line per key."""
        comment = "; ".join(self.notes)
        name = f"  {scalar(self.name)}:"
        line = f"{name} {flow(self.keys)}"
        if len(line) <= MAX_WIDTH:
            return [Line(line, comment)]
        return [Line(name, comment), *mapping_lines(self.keys)]


def describe_column(column: ColumnProfile, schema: InferredSchema) -> ColumnEntry:
    """The entry of a column."""
    name = schema.schema_names[column.name]
    role = schema.roles[column.name]
    aliases = {} if name == column.name else {"aliases": [column.name]}
    if column.is_personal:
        return ColumnEntry(name, {"role": "ignored", "pii": True, **aliases}, (role.reason,))
    if column.name in schema.label.role_columns:
        return ColumnEntry(name, {"role": "label", **_label_keys(schema), **aliases}, ())
    if role.name == "ignored":
        return ColumnEntry(name, {"role": "ignored", **_date_part_keys(column, schema), **aliases}, (role.reason,))
    keys, role_notes = _describe_role(column, role.name, schema.table.number_format.decimal)
    missing_keys, missing_notes = _describe_missing(column, schema)
    availability = schema.availability.get(column.name)
    if availability is not None:
        missing_keys["available_at"] = availability.stage.value
    notes = [
        availability.evidence if availability is not None else "",
        f"{column.name} is a name of the product's own" if aliases else "",
        *role_notes,
        *missing_notes,
        role.reason,
    ]
    return ColumnEntry(name, {"role": role.name, **keys, **missing_keys, **aliases}, tuple(filter(None, notes)))


def unit_in_header(header: str) -> str | None:
    """The unit in brackets, or as the last word: `Weight (kg)`, `distance_km`. None if the header states no unit."""
    in_brackets = re.search(r"[(\[]\s*([^)\]]+?)\s*[)\]]\s*$", header)
    if in_brackets:
        return _UNITS.get(in_brackets[1].casefold())
    words = normalize(header).split()
    if len(words) < 2 or words[-1] in _AMBIGUOUS_UNITS:
        return "%" if header.rstrip().endswith("%") else None
    if words[-1] == "min" and not _DURATION_WORDS.first_match(header):  # a minimum
        return None
    return _UNITS.get(words[-1])


def unit_of_affixes(affixes: Sequence[str]) -> str | None:
    """The unit that the texts around numbers mean, if all mean the same."""
    units = {_UNITS.get(text.casefold().rstrip(".")) for text in affixes}
    return units.pop() if len(units) == 1 else None


def _label_keys(schema: InferredSchema) -> dict[str, object]:
    keys: dict[str, object] = {"nullable": True}
    definition = schema.label.definition
    if isinstance(definition, LabelColumn) and definition.other_values:
        keys["null_tokens"] = [*schema.table.null_tokens, *definition.other_values]
    return {**keys, "available_at": Stage.DELIVERED.value}


def _date_part_keys(column: ColumnProfile, schema: InferredSchema) -> dict[str, object]:
    """Of a part of a split date, the tokens for a missing value that no other column has."""
    is_part = any(column.name in split.parts.values() for split in schema.split_dates)
    tokens = [token for token in column.sentinels.values() if "*" not in token] if is_part else []
    return {"null_tokens": [*schema.table.null_tokens, *tokens]} if tokens else {}


def _describe_missing(column: ColumnProfile, schema: InferredSchema) -> tuple[dict[str, object], list[str]]:
    """Null tokens, sentinels and whether values may be missing; and their shares."""
    keys: dict[str, object] = {}
    notes: list[str] = []
    table_tokens = schema.table.null_tokens
    values = set(column.values.texts) & set(table_tokens) - set(column.null_tokens)
    if values:
        keys["null_tokens"] = [token for token in table_tokens if token not in values]
        notes.append(f"{one_line(min(values))!r} is a value here")
    if column.missing_share > 0 or column.name == schema.label.actual:
        keys = {"nullable": True, **keys}
        notes += [f"{format_share(column.missing_share)} missing"] if column.missing_share > 0 else []
    if column.sentinels and schema.roles[column.name].name in ("numeric", "timestamp"):
        keys["sentinels"] = dict(column.sentinels)
        tokens = [(one_line(column.sentinels[reason], 24), rows) for reason, rows in column.sentinel_rows.items()]
        notes.append(", ".join(f"{rows:,} × {token}" for token, rows in tokens))
    if column.unparsed_rows:
        kind = "date" if column.dates is not None else "number"
        notes.append(f"{column.unparsed_rows:,} values are no {kind}: those rows would be quarantined")
    return keys, notes


def _describe_role(column: ColumnProfile, role: str, decimal: str) -> tuple[dict[str, object], list[str]]:
    if role == "numeric":
        return _describe_numbers(column)
    if role == "timestamp":
        timestamps = column.row_timestamps[~np.isnat(column.row_timestamps)].astype("datetime64[D]")
        return {}, [f"{timestamps.min()} … {timestamps.max()}"]
    if role == "coordinates":
        return {"axis_order": axis_order(column, decimal)}, [f"{column.distinct:,} points"]
    return _describe_categories(column) if role == "categorical" else ({}, [])


def _describe_numbers(column: ColumnProfile) -> tuple[dict[str, object], list[str]]:
    numbers = column.numbers[~np.isnan(column.numbers)] if column.numbers is not None else np.array([])
    keys: dict[str, object] = {}
    axis = coordinate_axis(column)
    unit = "degree" if axis else unit_in_header(column.name) or unit_of_affixes(column.strip)
    if unit:
        keys["unit"] = unit
    if axis:
        limit = 90 if axis == "latitude" else 180
        keys |= {"minimum": -limit, "maximum": limit}
    elif numbers.min() >= 0 and not vocabulary.SIGNED.first_match(column.name):
        keys["minimum"] = 0
    if column.strip:
        keys["strip"] = list(column.strip)
    return keys, [f"{numbers.min():.7g} … {numbers.max():.7g}"]


def _describe_categories(column: ColumnProfile) -> tuple[dict[str, object], list[str]]:
    texts = list(dict.fromkeys(text for text, _ in column.texts))  # a column may have both 1 and "1"
    if look_like_names(texts):
        note = "values that look like names: are they people? then say role: ignored, pii: true"
        return {}, [f"{column.distinct:,} {note}"]
    if column.distinct > _MAX_LISTED_CATEGORIES or any(looks_like_pii(text) for text in texts):
        return {}, [f"{column.distinct:,} values"]
    rows = " · ".join(f"{rows:,}" for _, rows in column.texts)
    return {"categories": texts}, [f"rows {rows}"]
