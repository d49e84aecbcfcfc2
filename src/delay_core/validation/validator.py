"""A chunk of raw rows against the schema: accepted, quarantined with violations, or excluded by the schema's rule."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from delay_core.data_interval import WHOLE_TABLE, DataInterval
from delay_core.parsing import BrokenRule, ColumnResult
from delay_core.reserved_names import KNOWN_AT, LATE, SHIPMENT_ID, SOURCE_ROW
from delay_core.row_counts import RowCounts
from delay_core.schema import ShipmentSchema
from delay_core.source_notes import Notes, notes_of, uncomputed_formulas
from delay_core.validation.header import check_header, unreadable_rows
from delay_core.validation.identity import ShipmentIds, key_violations
from delay_core.validation.label import contradictions, label_outcomes
from delay_core.validation.quarantine import quarantine_table
from delay_core.validation.row_order import order_violations, row_times
from delay_core.validation.split_dates import compose_table
from delay_core.validation.violation_collector import ViolationCollector
from delay_core.violations import Rule, Violation, ViolationCode

FieldRule = tuple[str, BrokenRule]
"""A rule that rows of a chunk break, and its field."""


@dataclass(frozen=True)
class ValidationResult:
    """The rows of one chunk.

    `accepted` has shipment_id, source_row (from 1), late (0, 1, or NaN while unknown), known_at (UTC; since when late
    is known) and the schema's stored columns in canonical types; `quarantined` is described at `quarantine_table`.
    `violations` are in the order of the rows; `broken_rules` counts them, `first` has of each rule its first violation.
    `excluded` maps source rows to the column by which they are excluded. `notes` are the source's.
    """

    accepted: pd.DataFrame
    quarantined: pd.DataFrame
    counts: RowCounts
    violations: list[Violation] = field(default_factory=list)
    broken_rules: Counter[Rule] = field(default_factory=Counter)
    first: dict[Rule, Violation] = field(default_factory=dict)
    excluded: dict[int, str] = field(default_factory=dict)
    notes: Notes = field(default_factory=Counter)


class ShipmentValidator:
    """Validates the chunks of one table in their order; remembers the ids of earlier chunks.

    With `request`, rows ask for a prediction: they need no label, and may leave out what is nullable. Rows whose
    prediction point is outside the interval are excluded.
    """

    def __init__(self, schema: ShipmentSchema, *, request: bool = False, interval: DataInterval = WHOLE_TABLE) -> None:
        self._schema = schema
        self._request = request
        self._interval = interval
        self._ids = ShipmentIds(schema)
        label_columns = () if request else schema.label.columns
        self._names = tuple(dict.fromkeys((*schema.persisted_columns, *label_columns)))
        needed = schema.input_columns if request else self._names
        always = {*schema.key, *(() if request else (schema.prediction_point.sort_column,))}
        self._required = {
            name for name in needed if name in always or schema.is_required(name) or not schema.columns[name].nullable
        }
        self._rows = 0

    def validate(self, raw: pd.DataFrame, broken_rules: Sequence[FieldRule] = ()) -> ValidationResult:
        """The next chunk: raw values as text or typed, columns named as in the file.

        `broken_rules` are further rules that rows break, each with its field.
        Raises SourceError when a needed column is missing or in the header twice.
        """
        raw = compose_table(self._schema, raw)
        header = check_header(self._schema, [str(name) for name in raw.columns], request=self._request)
        table = raw.rename(columns=header.names)[list(header.names.values())].reset_index(drop=True)
        formulas = uncomputed_formulas(raw).items()
        result = self.validate_columns(
            table,
            unreadable=unreadable_rows(raw),
            uncomputed={header.names[name]: rows for name, rows in formulas if name in header.names},
            broken_rules=broken_rules,
        )
        return replace(result, notes=notes_of(raw))

    def validate_columns(
        self,
        table: pd.DataFrame,
        *,
        unreadable: Mapping[int, str] | None = None,
        uncomputed: Mapping[str, Collection[int]] | None = None,
        optional: Collection[str] = (),
        broken_rules: Sequence[FieldRule] = (),
    ) -> ValidationResult:
        """The next chunk: columns of the schema by its own names, each at most once; rows indexed from 0.

        `unreadable` says what is wrong with rows that could not be cut into columns, `uncomputed` in which rows of a
        column a formula has no value. Columns in `optional` may be absent although they are required; if the key is
        among them, no row repeats it.
        """
        source_rows = np.arange(self._rows + 1, self._rows + len(table) + 1, dtype=np.int64)
        self._rows += len(table)
        results = self._check_columns(table, optional)
        exclusions = self._exclusions(table, results)
        excluded = np.asarray(pd.notna(exclusions))
        for name, positions in (uncomputed or {}).items():
            if name in results:
                results[name] = results[name].with_uncomputed(frozenset(positions))
        collector = ViolationCollector(source_rows, excluded)
        for row, reason in (unreadable or {}).items():
            collector.add_unreadable(row, reason)
        for name, rule in broken_rules:
            collector.add(name, rule)
        for name, result in results.items():
            for rule in result.broken_rules:
                collector.add(name, rule)
        for name, rule in key_violations(self._schema, results):
            collector.add(name, rule)
        if not self._request:
            rules = (*contradictions(self._schema.label, results), *order_violations(self._schema, results))
            for name, rule in rules:
                collector.add(name, rule)
        accepted = self._accept(results, source_rows, collector, has_key=not set(self._schema.key) & set(optional))
        rows = collector.rows
        not_personal = [name for name in table.columns if not self._schema.columns[name].pii]
        return ValidationResult(
            accepted=accepted,
            quarantined=quarantine_table(
                table[not_personal].iloc[rows], source_rows[rows], [collector.by_row[row] for row in rows]
            ),
            counts=RowCounts(
                read=len(table), accepted=len(accepted), quarantined=len(rows), excluded=int(excluded.sum())
            ),
            violations=collector.violations,
            broken_rules=collector.counts,
            first=collector.first,
            excluded=dict(zip(source_rows[excluded].tolist(), exclusions[excluded].tolist(), strict=True)),
        )

    def _check_columns(self, table: pd.DataFrame, optional: Collection[str]) -> dict[str, ColumnResult]:
        absent = np.full(len(table), None, dtype=object)
        return {
            name: self._schema.role(name).check(
                table[name].to_numpy(dtype=object) if name in table else absent,
                required=name in self._required and name not in optional,
            )
            for name in self._names
        }

    def _exclusions(self, table: pd.DataFrame, results: Mapping[str, ColumnResult]) -> NDArray[np.object_]:
        """The column [rows] by whose value the schema or the interval excludes the row, or None."""
        columns = np.full(len(table), None, dtype=object)
        if self._interval:
            point = self._schema.prediction_point.sort_column
            columns[self._interval.excludes(row_times(self._schema, {point: results[point].canonical}))] = point
        for rule in self._schema.exclude_where:
            if rule.column in table:
                columns[rule.matches(table[rule.column].to_numpy(dtype=object))] = rule.column
        return columns

    def _accept(
        self,
        results: dict[str, ColumnResult],
        source_rows: NDArray[np.int64],
        collector: ViolationCollector,
        *,
        has_key: bool,
    ) -> pd.DataFrame:
        """The valid rows in canonical types; rows that repeat a key are added to the violations."""
        canonical = {name: result.canonical for name, result in results.items()}
        valid = np.flatnonzero(collector.valid)
        ids, repeats_key = self._ids.make(canonical, valid)
        repeats_key &= has_key
        if repeats_key.any():
            repeated = np.zeros(len(source_rows), dtype=bool)
            repeated[valid[repeats_key]] = True
            collector.add("/".join(self._schema.key), BrokenRule(ViolationCode.REPEATED_KEY, repeated, lambda _: {}))
        rows = valid[~repeats_key]
        columns: dict[str, object] = {SHIPMENT_ID: ids[~repeats_key], SOURCE_ROW: source_rows[rows]}
        if self._request:
            columns[LATE], columns[KNOWN_AT] = np.nan, pd.Series(pd.NaT, range(len(rows)), "datetime64[us, UTC]")
        else:
            late, known_at = label_outcomes(self._schema, canonical, self._interval)
            columns[LATE], columns[KNOWN_AT] = late[rows], _to_column(known_at[rows])
        for name in self._schema.persisted_columns:
            columns[name] = _to_column(canonical[name][rows])
        for stored, name in self._schema.missing_reason_columns.items():
            reasons = results[name].missing_reasons
            columns[stored] = None if reasons is None else reasons[rows]
        return pd.DataFrame(columns, index=range(len(rows)))


def _to_column(values: NDArray[Any]) -> object:
    return pd.DatetimeIndex(values).tz_localize("UTC") if values.dtype.kind == "M" else values
