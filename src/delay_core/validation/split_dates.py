"""Composes the dates that a table or a request writes in several columns, before they are checked."""

from collections.abc import Mapping, Sequence
from itertools import islice

import numpy as np
import pandas as pd

from delay_core.canonical_text import canonical_text
from delay_core.parsing import Mask, Values, compose_times, is_missing
from delay_core.schema import ShipmentSchema
from delay_core.schema.roles import ColumnRole
from delay_core.schema.split_dates import SplitDate

Record = Mapping[str, object]

_MAX_LENGTH = 25
"""Characters of a part in a message."""


def compose_table(schema: ShipmentSchema, raw: pd.DataFrame) -> pd.DataFrame:
    """The table with its split dates, as far as it has all their parts; a date is missing if one part is."""
    if not schema.split_dates:
        return raw
    columns = {schema.aliases.get(str(name)): position for position, name in enumerate(raw.columns)}
    composed: dict[str, pd.Series] = {}
    for name, split in schema.split_dates.items():
        if name not in columns and columns.keys() >= {*split.parts.values()}:
            parts = {part: raw.iloc[:, columns[source]].to_numpy(dtype=object) for part, source in split.parts.items()}
            composed[name] = pd.Series(_compose(schema, split, parts), index=raw.index, dtype=object)
    return raw.assign(**composed)


def compose_requests(schema: ShipmentSchema, requests: Sequence[Sequence[Record]]) -> list[list[Record]]:
    """The records of each request with their split dates, as far as they have all their parts."""
    records = [record for request in requests for record in request]
    keys = [{schema.aliases.get(str(key)): key for key in record} for record in records]
    composed = [dict(record) for record in records]
    for name, split in schema.split_dates.items():
        sources = {*split.parts.values()}
        rows = [row for row, names in enumerate(keys) if name not in names and names.keys() >= sources]
        parts = {
            part: np.fromiter((records[row][keys[row][source]] for row in rows), object, len(rows))
            for part, source in split.parts.items()
        }
        for row, date in zip(rows, _compose(schema, split, parts), strict=True):
            composed[row][name] = date
    remaining = iter(composed)
    return [list(islice(remaining, len(request))) for request in requests]


def _compose(schema: ShipmentSchema, split: SplitDate, parts: Mapping[str, Values]) -> Values:
    """The dates [rows] in ISO 8601, None where a part is missing; parts that are no date as a text that names them."""
    absent = np.logical_or.reduce(
        [_is_missing(schema.role(split.parts[part]), values) for part, values in parts.items()]
    )
    present = {part: values[~absent] for part, values in parts.items()} if absent.any() else parts
    times, invalid = compose_times(present, schema.source.date_formats)
    texts = np.datetime_as_string(times, unit="s" if split.has_time else "D").astype(object)
    fractions = np.flatnonzero(~np.isnat(times) & (times != times.astype("datetime64[s]")))
    texts[fractions] = np.datetime_as_string(times[fractions], unit="us")
    for row in np.flatnonzero(np.isnat(times)):
        wrong = [part for part, is_wrong in invalid.items() if is_wrong[row]] or list(split.parts)
        texts[row] = ", ".join(f"{split.parts[part]} {_shorten(present[part][row])}" for part in wrong)
    dates = np.full(len(absent), None, dtype=object)
    dates[~absent] = texts
    return dates


def _is_missing(role: ColumnRole, values: Values) -> Mask:
    """Which values [rows] of a part are missing: by its null tokens or, if it has any, its sentinels."""
    absent = is_missing(values, role.missing_tokens)
    if role.column.sentinels:
        reasons = role.check(values, required=False).missing_reasons
        absent |= np.asarray(pd.notna(reasons))
    return absent


def _shorten(value: object) -> str:
    return f"{canonical_text(value) or repr(value):.{_MAX_LENGTH}}"
