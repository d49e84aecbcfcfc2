"""The rows of a table of outcomes: which shipment, late or not, and since when that is known."""

from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from delay_core import parsing
from delay_core.errors import SourceError
from delay_core.parsing import BrokenRule, LocalClock, Mask, TimeReading, Values, unreadable_rule
from delay_core.parsing.date_formats import ISO_8601
from delay_core.parsing.outcome_words import LATE_WORDS, ON_TIME_WORDS, parse_late
from delay_core.ports.prediction_reader import PredictionFilter, PredictionReader
from delay_core.row_counts import RowCounts
from delay_core.schema import ShipmentSchema
from delay_core.use_cases.record_outcome import MAX_CLOCK_SKEW
from delay_core.validation import KNOWN_AT, LATE, SHIPMENT_ID, SOURCE_ROW, FieldRule, ShipmentValidator, unreadable_rows
from delay_core.validation.header import match_header
from delay_core.validation.identity import id_columns
from delay_core.validation.split_dates import compose_table
from delay_core.violations import Violation, ViolationCode


@dataclass(frozen=True, slots=True)
class ReportedOutcome:
    """The outcome in a row, counted from 1. `is_dated`: the row says since when it is known (UTC)."""

    row: int
    shipment_id: str
    late: bool
    known_at: datetime
    is_dated: bool


@dataclass(frozen=True)
class OutcomeRows:
    """The rows of a chunk: their outcomes, how many have none yet, and what is wrong with the quarantined ones."""

    outcomes: list[ReportedOutcome]
    open: int
    counts: RowCounts
    violations: list[Violation]


class OutcomeTable:
    """Reads chunk after chunk of one table.

    The shipment is the column `shipment_id`, or the columns that the schema makes the id from. The outcome is the
    column `late`, or the columns of the schema's label, where a promised date that the table lacks is that of the
    shipment's last prediction. `known_at` is optional.
    """

    def __init__(self, schema: ShipmentSchema, predictions: PredictionReader, now: datetime) -> None:
        self._schema = schema
        self._predictions = predictions
        self._now = now
        self._validator = ShipmentValidator(schema)
        self._rows_before = 0

    def read(self, raw: pd.DataFrame) -> OutcomeRows:
        """The rows of the next chunk. Raises SourceError if it has no columns for shipments or for outcomes."""
        table = self._rename(raw)
        self._check_header(table)
        late, late_rules = _read_late(table)
        known_at, time_rules = self._read_known_at(table)
        result = self._validator.validate_columns(
            self._columns(table),
            unreadable=unreadable_rows(raw),
            optional=tuple(self._schema.columns),
            broken_rules=[*self._missing_ids(table), *late_rules, *time_rules],
        )
        accepted = result.accepted
        rows = accepted[SOURCE_ROW].to_numpy() - 1 - self._rows_before
        self._rows_before += result.counts.read
        ids = (table if SHIPMENT_ID in table else accepted.set_axis(rows))[SHIPMENT_ID]
        by_label = accepted.set_axis(rows)[[LATE, KNOWN_AT]]
        outcomes = []
        for row in rows.tolist():
            is_late = late[row] if LATE in table else by_label[LATE][row]
            if not np.isnan(is_late):
                dated = None if pd.isna(known_at[row]) else known_at[row].astype(datetime).replace(tzinfo=UTC)
                since = dated or self._known_by_label(by_label[KNOWN_AT][row])
                number = row + 1 + self._rows_before - result.counts.read
                outcomes.append(ReportedOutcome(number, str(ids[row]), bool(is_late), since, dated is not None))
        return OutcomeRows(outcomes, len(rows) - len(outcomes), result.counts, list(result.violations))

    def _rename(self, raw: pd.DataFrame) -> pd.DataFrame:
        """The table under the schema's names; of two columns of a name, the first."""
        composed = compose_table(self._schema, raw)
        names = match_header(self._schema, [str(name) for name in composed.columns], request=False).names
        table = composed.set_axis([names.get(str(name), str(name)) for name in composed.columns], axis=1)
        return table.loc[:, ~table.columns.duplicated()].reset_index(drop=True)

    def _check_header(self, table: pd.DataFrame) -> None:
        ids, label = id_columns(self._schema), self._schema.label
        needed = [name for name in label.columns if name != label.promised]
        problems = []
        if SHIPMENT_ID not in table and not set(ids) <= set(table):
            problems.append(f"no shipment: it needs {SHIPMENT_ID}, or {', '.join(ids)}")
        if LATE not in table and not set(needed) <= set(table):
            problems.append(f"no outcome: it needs {LATE}, or {', '.join(needed)}")
        if problems:
            raise SourceError(f"the table has {'; and '.join(problems)}; found: {', '.join(map(str, table.columns))}")

    def _columns(self, table: pd.DataFrame) -> pd.DataFrame:
        """The columns that the schema checks: those of the id and of the label, as far as they are needed."""
        schema = self._schema
        label = () if LATE in table else schema.label.columns
        ids = () if SHIPMENT_ID in table else id_columns(schema)
        used = dict.fromkeys((*ids, *label, schema.prediction_point.sort_column))
        columns = table[[name for name in used if name in table]].copy()
        if schema.label.promised in label and schema.label.promised not in table:
            columns[schema.label.promised] = self._promised_dates(table)
        return columns

    def _missing_ids(self, table: pd.DataFrame) -> list[FieldRule]:
        names = (SHIPMENT_ID,) if SHIPMENT_ID in table else self._schema.key
        absent = {name: _absent(table[name].to_numpy(dtype=object)) for name in names}
        return [(name, BrokenRule(ViolationCode.MISSING, rows, lambda _: {})) for name, rows in absent.items()]

    def _promised_dates(self, table: pd.DataFrame) -> Values:
        """The promised date [rows] of each shipment, as its last prediction has it; None without one."""
        promised = str(self._schema.label.promised)
        columns = [SHIPMENT_ID] if SHIPMENT_ID in table else list(self._schema.key)
        texts = ["/".join(map(str, values)) for values in table[columns].itertuples(index=False)]
        dates: dict[str, object] = {}
        for shipment_id in set(texts):
            newest = self._predictions.read_page(PredictionFilter(shipment_id=shipment_id), limit=1).predictions
            dates[shipment_id] = newest[0].request_data.get(promised) if newest else None
        return np.array([dates[shipment_id] for shipment_id in texts] or [None], dtype=object)[: len(texts)]

    def _read_known_at(self, table: pd.DataFrame) -> tuple[NDArray[np.datetime64], list[FieldRule]]:
        """Since when each outcome is known [rows], UTC, NaT where the table does not say it."""
        if KNOWN_AT not in table:
            return np.full(len(table), parsing.NO_TIME), []
        values = table[KNOWN_AT].to_numpy(dtype=object)
        source = self._schema.source
        formats = tuple(dict.fromkeys((ISO_8601, *source.date_formats)))
        parsed = parsing.parse_times(values, _absent(values), TimeReading(formats, LocalClock(source.timezone)))
        latest = np.datetime64((self._now + MAX_CLOCK_SKEW).replace(tzinfo=None), "us")
        return parsed.times, [
            (KNOWN_AT, unreadable_rule(ViolationCode.NOT_A_DATE, values, parsed.refused, formats=formats)),
            (KNOWN_AT, BrokenRule(ViolationCode.IN_THE_FUTURE, parsed.times > latest, lambda _: {})),
        ]

    def _known_by_label(self, known_at: pd.Timestamp) -> datetime:
        """When the label says that the outcome is known, but no later than now."""
        return self._now if pd.isna(known_at) else min(known_at.to_pydatetime(), self._now)


def _absent(values: Values) -> Mask:
    return parsing.is_missing(values, ("",))


def _read_late(table: pd.DataFrame) -> tuple[NDArray[np.float64], list[FieldRule]]:
    """The column `late` [rows]: 1, 0, or NaN where it is empty or absent."""
    if LATE not in table:
        return np.full(len(table), np.nan), []
    values = table[LATE].to_numpy(dtype=object)
    late, on_time, absent = parse_late(values)
    code, words = ViolationCode.NOT_A_LABEL, {"late": LATE_WORDS, "on_time": ON_TIME_WORDS}
    rule = unreadable_rule(code, values, ~absent & ~late & ~on_time, **words)
    return np.where(late, 1.0, np.where(on_time, 0.0, np.nan)), [(LATE, rule)]
