"""Several rows of the other table for each key, summarized in numbers."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from delay_core.errors import SourceError
from delay_core.joins.lookup import Lookup
from delay_core.joins.other_table import OtherTable
from delay_core.parsing import Values, is_missing, parse_numbers, to_plain
from delay_core.schema import Aggregate

Numbers = NDArray[np.float64]
Groups = NDArray[np.int64]


def read_aggregates(table: OtherTable) -> Lookup:
    """Read the table, and summarize the rows of each key. Raises SourceError if a value is no number."""
    join = table.join
    names = tuple(dict.fromkeys(each.column for each in join.aggregate.values() if each.column is not None))
    positions: dict[str, int] = {}
    parts: list[Groups] = []
    numbers: dict[str, list[Numbers]] = {name: [] for name in names}
    rows = 0
    for chunk in table.chunks():
        if not rows:
            header = [str(name) for name in chunk.columns]
            table.require_columns(header, join.lookup_key, "other_key" if join.other_key else "key")
            table.require_columns(header, names, "aggregate")
        keys = table.keys(chunk, rows)
        present = np.array([key is not None for key in keys], dtype=bool)
        groups = [positions.setdefault(key, len(positions)) for key in keys[present]]
        parts.append(np.array(groups, dtype=np.int64))
        for name in names:
            numbers[name].append(_read_numbers(table, chunk, name, rows)[present])
        rows += len(chunk)
    all_groups = np.concatenate(parts)
    columns = {
        name: _summarize(each, all_groups, numbers.get(str(each.column), []), len(positions))
        for name, each in join.aggregate.items()
    }
    counts = {name: 0 for name, each in join.aggregate.items() if each.function == "count"}
    return Lookup(columns, positions, frozenset(), unmatched=counts)


def _read_numbers(table: OtherTable, chunk: pd.DataFrame, name: str, rows_before: int) -> Numbers:
    """The numbers [rows] of a column, NaN where they are missing."""
    form, values = table.schema.source, chunk[name].to_numpy(dtype=object)
    plain = to_plain(values, form.decimal, form.thousands, ())
    numbers, unreadable = parse_numbers(plain, is_missing(values, form.null_tokens))
    if unreadable.any():
        row = rows_before + int(unreadable.argmax()) + 1
        raise SourceError(
            f"{table.path}.aggregate: row {row} of {table.name} has no number in {name!r}; correct it, or add its text "
            "to source.null_tokens"
        )
    return numbers


def _summarize(aggregate: Aggregate, groups: Groups, parts: list[Numbers], count: int) -> Values:
    """The value of each group: a number, or None if all of its numbers are missing."""
    if aggregate.function == "count":
        return np.bincount(groups, minlength=count).astype(object)
    numbers = np.concatenate(parts)
    present = ~np.isnan(numbers)
    groups, numbers = groups[present], numbers[present]
    sizes = np.bincount(groups, minlength=count)
    match aggregate.function:
        case "min" | "max":
            results = np.full(count, np.nan)
            (np.fmin if aggregate.function == "min" else np.fmax).at(results, groups, numbers)
        case _:
            results = np.bincount(groups, weights=numbers, minlength=count)
            if aggregate.function == "mean":
                results = results / np.maximum(sizes, 1)
    values = results.astype(object)
    values[sizes == 0] = None
    return values
