"""Composes the dates that a table or a request writes in several columns, before they are checked."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from delay_core.parsing import is_missing
from delay_core.schema import ShipmentSchema


def compose_table(schema: ShipmentSchema, raw: pd.DataFrame) -> pd.DataFrame:
    """The table with its split dates, as far as it has all their parts; a date is missing if one part is."""
    if not schema.split_dates:
        return raw
    columns = {schema.aliases.get(str(name)): position for position, name in enumerate(raw.columns)}
    composed: dict[str, pd.Series] = {}
    for name, split in schema.split_dates.items():
        sources = list(split.parts.values())
        if name in columns or not set(sources) <= columns.keys():
            continue
        parts = [raw.iloc[:, columns[source]].to_numpy(dtype=object) for source in sources]
        absent = np.logical_or.reduce(
            [
                is_missing(values, schema.role(source).missing_tokens)
                for source, values in zip(sources, parts, strict=True)
            ]
        )
        rows = zip(absent, zip(*parts, strict=True), strict=True)
        dates = [None if is_absent else split.compose(values) for is_absent, values in rows]
        composed[name] = pd.Series(dates, index=raw.index, dtype=object)
    return raw.assign(**composed)


def compose_record(schema: ShipmentSchema, record: Mapping[str, object]) -> Mapping[str, object]:
    """The record with its split dates, as far as it has all their parts."""
    columns = {schema.aliases.get(str(key)): key for key in record}
    composed: dict[str, object] = {}
    for name, split in schema.split_dates.items():
        sources = list(split.parts.values())
        if name in columns or not set(sources) <= columns.keys():
            continue
        values = [record[columns[source]] for source in sources]
        absent = any(
            value is None or (isinstance(value, str) and value in schema.role(source).missing_texts)
            for source, value in zip(sources, values, strict=True)
        )
        composed[name] = None if absent else split.compose(values)
    return {**record, **composed}
