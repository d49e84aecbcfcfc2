"""A chunk of raw rows against the schema: accepted, quarantined with reasons, or excluded by its own rule."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from delay_core.reserved_names import KNOWN_AT, LATE, SHIPMENT_ID, SOURCE_ROW
from delay_core.schema import ShipmentSchema
from delay_core.validation.column_check import Checked, Problem, check
from delay_core.validation.counts import Counts
from delay_core.validation.header import known_names, unreadable_rows
from delay_core.validation.identity import Identities
from delay_core.validation.outcome import outcomes
from delay_core.validation.quarantine import quarantine_table
from delay_core.validation.reasons import Reasons


@dataclass(frozen=True)
class Validated:
    """One chunk sorted out.

    `accepted` has shipment_id, source_row (from 1), late (0, 1, or NaN while open), known_at (UTC; since when late is
    known) and the schema's stored columns in canonical types; `quarantined` has source_row, row_digest, occurrence,
    reasons, row; `problems` counts broken rules, `examples` has of each its first source_row and what it was told.
    """

    accepted: pd.DataFrame
    quarantined: pd.DataFrame
    counts: Counts
    problems: Counter[str] = field(default_factory=Counter)
    examples: dict[str, tuple[int, str]] = field(default_factory=dict)


class ShipmentValidator:
    """Sorts out the chunks of one table in their order; remembers the ids it has seen across chunks.

    With `request`, rows ask for a prediction: they need no label, and may leave out what is nullable.
    """

    def __init__(self, schema: ShipmentSchema, *, request: bool = False) -> None:
        self._schema = schema
        self._request = request
        self._identities = Identities(schema)
        outcome = () if request else schema.label.columns
        self._read = tuple(dict.fromkeys((*schema.persisted_columns, *outcome)))
        asked = schema.input_columns if request else self._read
        self._required = {*schema.key, schema.prediction_point.column} | {
            name for name in asked if not schema.columns[name].nullable
        }
        self._row = 0

    def sort_out(self, raw: pd.DataFrame) -> Validated:
        """Validate the next chunk: raw values as text or typed, columns named as in the file.

        Raises SourceError when a needed column is missing or stands twice.
        """
        names = known_names(self._schema, [str(name) for name in raw.columns], request=self._request)
        unreadable = unreadable_rows(raw)
        table = raw.rename(columns=names)[list(names.values())].reset_index(drop=True)
        rows = np.arange(self._row + 1, self._row + len(table) + 1, dtype=np.int64)
        self._row += len(table)
        excluded = self._excluded(table)
        checked = self._check(table)
        reasons = Reasons(excluded)
        for row, why in unreadable.items():
            reasons.unreadable(row, why)
        for column in checked.values():
            for problem in column.problems:
                reasons.add(problem)
        accepted = self._accept(checked, rows, reasons)
        bad = reasons.rows
        counts = Counts(len(table), len(accepted), len(bad), int(excluded.sum()))
        kept = [name for name in table.columns if not self._schema.columns[name].pii]
        refused = quarantine_table(table[kept].iloc[bad], rows[bad], [reasons.of[i] for i in bad])
        examples = {kind: (int(rows[at]), sentence) for kind, (at, sentence) in reasons.examples.items()}
        return Validated(accepted, refused, counts, reasons.broken, examples)

    def _check(self, table: pd.DataFrame) -> dict[str, Checked]:
        absent = np.full(len(table), None, dtype=object)
        columns = {name: table[name].to_numpy(dtype=object) if name in table else absent for name in self._read}
        return {
            name: check(self._schema, name, values, required=name in self._required) for name, values in columns.items()
        }

    def _excluded(self, table: pd.DataFrame) -> NDArray[np.bool_]:
        mask = np.zeros(len(table), dtype=bool)
        for rule in self._schema.exclude_where:
            if rule.column in table:
                values = table[rule.column]
                mask |= values.notna().to_numpy() & np.array(
                    [str(value) in rule.equals for value in values], dtype=bool
                )
        return mask

    def _accept(self, checked: dict[str, Checked], source_rows: NDArray[np.int64], reasons: Reasons) -> pd.DataFrame:
        canonical = {name: column.canonical for name, column in checked.items()}
        good = np.flatnonzero(reasons.spotless)
        ids, repeated = self._identities.of(canonical, good)
        if repeated.any():
            key = "/".join(self._schema.key)
            again = np.zeros(len(source_rows), dtype=bool)
            again[good[repeated]] = True
            reasons.add(
                Problem(
                    f"{key}: repeated key",
                    again,
                    lambda _: f"{key}: this key stands on an earlier row too; a key must be unique",
                )
            )
        unique = good[~repeated]
        columns: dict[str, object] = {SHIPMENT_ID: ids[~repeated], SOURCE_ROW: source_rows[unique]}
        if self._request:
            columns[LATE], columns[KNOWN_AT] = np.nan, pd.Series(pd.NaT, range(len(unique)), "datetime64[us, UTC]")
        else:
            late, known_at = outcomes(self._schema, canonical)
            columns[LATE], columns[KNOWN_AT] = late[unique], _column(known_at[unique])
        for name in self._schema.persisted_columns:
            columns[name] = _column(canonical[name][unique])
        for stored, name in self._schema.missing_reason_columns.items():
            why = checked[name].why_missing
            columns[stored] = None if why is None else why[unique]
        return pd.DataFrame(columns, index=range(len(unique)))


def _column(values: NDArray[Any]) -> object:
    return pd.DatetimeIndex(values).tz_localize("UTC") if values.dtype.kind == "M" else values
