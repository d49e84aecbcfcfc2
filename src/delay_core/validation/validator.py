"""A chunk of raw rows against the schema: accepted, quarantined with reasons, or excluded by its own rule."""

from collections import Counter
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from delay_core.schema import ShipmentSchema
from delay_core.validation.column_check import Canonical, Problem, check
from delay_core.validation.header import known_names, unreadable_rows
from delay_core.validation.identity import Identities
from delay_core.validation.quarantine import quarantine_table

SHIPMENT_ID = "shipment_id"
SOURCE_ROW = "source_row"
LATE = "late"


@dataclass(frozen=True)
class Counts:
    """Every row read is in exactly one of the other three."""

    read: int = 0
    accepted: int = 0
    quarantined: int = 0
    excluded: int = 0

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(
            self.read + other.read,
            self.accepted + other.accepted,
            self.quarantined + other.quarantined,
            self.excluded + other.excluded,
        )


@dataclass(frozen=True)
class Validated:
    """One chunk sorted out.

    `accepted` has shipment_id, source_row (from 1), late (0, 1, or NaN while open) and the schema's stored columns in
    canonical types; `quarantined` has source_row, row_digest, occurrence, reasons, row; `problems` counts broken rules.
    """

    accepted: pd.DataFrame
    quarantined: pd.DataFrame
    counts: Counts
    problems: Counter[str] = field(default_factory=Counter)


class ShipmentValidator:
    """Sorts out the chunks of one table in their order; remembers the ids it has seen across chunks.

    With `request`, rows ask for a prediction: they need no label, and may leave out what is nullable.
    """

    def __init__(self, schema: ShipmentSchema, *, request: bool = False) -> None:
        self._schema = schema
        self._request = request
        self._identities = Identities(schema)
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
        canonical, problems = self._check(table)
        reasons: list[list[str]] = [[] for _ in range(len(table))]
        broken: Counter[str] = Counter()
        for row, why in unreadable.items():
            reasons[row].append(why)
            broken["row: cannot be cut into columns"] += 1
        for problem in problems:
            at = [int(row) for row in np.flatnonzero(problem.rows & ~excluded) if row not in unreadable]
            _note(reasons, broken, problem, at)
        accepted = self._accept(canonical, rows, reasons, broken, excluded)
        bad = np.array([i for i, why in enumerate(reasons) if why and not excluded[i]], dtype=np.int64)
        counts = Counts(len(table), len(accepted), len(bad), int(excluded.sum()))
        kept = [name for name in table.columns if not self._schema.columns[name].pii]
        refused = quarantine_table(table[kept].iloc[bad], rows[bad], [reasons[i] for i in bad])
        return Validated(accepted, refused, counts, broken)

    def _check(self, table: pd.DataFrame) -> tuple[dict[str, Canonical], list[Problem]]:
        canonical: dict[str, Canonical] = {}
        problems: list[Problem] = []
        label = () if self._request else (self._schema.label.column,)
        for name in (*self._schema.stored, *label):
            absent = np.full(len(table), None, dtype=object)
            values = table[name].to_numpy(dtype=object) if name in table else absent
            canonical[name], found = check(self._schema, name, values)
            problems += found
        return canonical, problems

    def _excluded(self, table: pd.DataFrame) -> NDArray[np.bool_]:
        mask = np.zeros(len(table), dtype=bool)
        for rule in self._schema.exclude_where:
            if rule.column in table:
                mask |= np.array([str(value) in rule.equals for value in table[rule.column]], dtype=bool)
        return mask

    def _accept(
        self,
        canonical: dict[str, Canonical],
        source_rows: NDArray[np.int64],
        reasons: list[list[str]],
        broken: Counter[str],
        excluded: NDArray[np.bool_],
    ) -> pd.DataFrame:
        good = [i for i, why in enumerate(reasons) if not why and not excluded[i]]
        ids, repeated = self._identities.of(canonical, good)
        for i in repeated:
            key = "/".join(self._schema.key)
            reasons[i].append(f"{key}: this key stands on an earlier row too; a key must be unique")
            broken[f"{key}: repeated key"] += 1
        unique = np.array([i for i in good if not reasons[i]], dtype=np.int64)
        late = canonical.get(self._schema.label.column, np.full(len(reasons), np.nan))
        columns: dict[str, object] = {
            SHIPMENT_ID: np.array([name for i, name in zip(good, ids, strict=True) if not reasons[i]], dtype=object),
            SOURCE_ROW: source_rows[unique],
            LATE: late[unique].astype(np.float64),
        }
        for name in self._schema.stored:
            values = canonical[name][unique]
            columns[name] = pd.DatetimeIndex(values).tz_localize("UTC") if values.dtype.kind == "M" else values
        return pd.DataFrame(columns)


def _note(reasons: list[list[str]], broken: Counter[str], problem: Problem, rows: list[int]) -> None:
    for row in rows:
        reasons[row].append(problem.sentence(row))
    if rows:
        broken[problem.kind] += len(rows)
