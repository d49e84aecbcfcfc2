"""A chunk of raw rows against the schema: accepted, quarantined with reasons, or excluded by its own rule."""

import json
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from delay_core import digest
from delay_core.errors import SourceError
from delay_core.schema import Column, ShipmentSchema
from delay_core.validation import parse

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
    """One chunk sorted out. `accepted` has shipment_id, source_row, late (0, 1 or NaN while open) and the
    schema's stored columns in canonical types; `quarantined` has source_row, row_digest, occurrence, reasons, row."""

    accepted: pd.DataFrame
    quarantined: pd.DataFrame
    counts: Counts


@dataclass
class ShipmentValidator:
    """Sorts out the chunks of one table in their order; remembers the ids it has seen across chunks."""

    schema: ShipmentSchema
    request: bool = False
    _seen: Counter[str] = field(default_factory=Counter)
    _row: int = 0

    def header(self, names: list[str]) -> dict[str, str]:
        """Names of the file → names of the schema. Raises SourceError when a needed column is missing."""
        known = {alias: name for name, column in self.schema.columns.items() for alias in (name, *column.aliases)}
        renamed = {name: known[name] for name in names if name in known}
        twice = [name for name, count in Counter(renamed.values()).items() if count > 1]
        if twice:
            raise SourceError(f"column {twice[0]!r} stands twice in the header, under its name and an alias")
        needed = list(self.schema.known)
        if not self.request:
            needed.append(self.schema.label.column)
        missing = [name for name in needed if name not in renamed.values()]
        if missing:
            raise SourceError(
                f"missing columns: {', '.join(missing)}; found: {', '.join(names)}. "
                f"A wrong delimiter looks like this too: schema {self.schema.name} says {self.schema.source.delimiter!r}"
            )
        return renamed

    def sort_out(self, raw: pd.DataFrame) -> Validated:
        """Validate the next chunk: raw values as text or typed, columns named as in the file."""
        table = raw.rename(columns=self.header([str(name) for name in raw.columns])).reset_index(drop=True)
        rows = np.arange(self._row + 1, self._row + len(table) + 1)
        self._row += len(table)
        excluded = self._excluded(table)
        reasons: list[list[str]] = [[] for _ in range(len(table))]
        canonical: dict[str, object] = {}
        for name, column in self.schema.columns.items():
            if name in table and column.role != "ignored" and not column.pii:
                values = table[name].to_numpy(dtype=object)
                canonical[name] = self._column(name, column, values, reasons)
        good = np.array([not r for r in reasons], dtype=bool)
        accepted = pd.DataFrame(canonical, index=range(len(table)))
        ids = self._identify(accepted, good & ~excluded, reasons)
        good = np.array([not r for r in reasons], dtype=bool) & ~excluded
        label = self.schema.label.column
        late = accepted[label].to_numpy(dtype=float) if label in accepted else np.full(len(table), np.nan)
        accepted = accepted.drop(columns=[label], errors="ignore")
        accepted.insert(0, SHIPMENT_ID, ids)
        accepted.insert(1, SOURCE_ROW, rows)
        accepted.insert(2, LATE, late)
        bad = ~good & ~excluded
        counts = Counts(len(table), int(good.sum()), int(bad.sum()), int(excluded.sum()))
        return Validated(
            accepted[good].reset_index(drop=True), self._quarantine(table[bad], rows[bad], [reasons[i] for i in np.flatnonzero(bad)]), counts
        )

    def _excluded(self, table: pd.DataFrame) -> parse.Mask:
        mask = np.zeros(len(table), dtype=bool)
        for rule in self.schema.exclude_where:
            if rule.column in table:
                mask |= table[rule.column].astype(str).isin(rule.equals).to_numpy()
        return mask

    def _column(self, name: str, column: Column, values: parse.Values, reasons: list[list[str]]) -> object:
        absent = parse.missing(values, column.null_tokens)
        late = self.schema.is_posthoc(name)
        if not column.nullable and not late:
            _note(reasons, absent, lambda i: f"{name}: missing; it must have a value")
        if column.role == "numeric":
            parsed, broken = parse.numbers(values, absent)
            if not late:
                _note(reasons, broken, lambda i: f"{name}: {values[i]!r:.60} is not a number")
                low = parsed < (-np.inf if column.minimum is None else column.minimum)
                high = parsed > (np.inf if column.maximum is None else column.maximum)
                allowed = f"allowed is {_bound(column.minimum)} to {_bound(column.maximum)} {column.unit or ''}".rstrip()
                _note(reasons, low | high, lambda i: f"{name}: {parsed[i]:g} is out of range; {allowed}")
            return parsed
        if column.role == "timestamp":
            moments, broken = parse.times(values, absent, self.schema.source.date_formats, self.schema.source.timezone)
            formats = " or ".join(self.schema.source.date_formats)
            if not late:
                _note(reasons, broken, lambda i: f"{name}: {values[i]!r:.60} is not a date; expected {formats}")
            return moments
        if column.role == "label":
            parsed, broken = parse.numbers(values, absent)
            broken |= ~absent & ~np.isin(parsed, (0.0, 1.0))
            _note(reasons, broken, lambda i: f"{name}: {values[i]!r:.60} is no label; allowed are 0 and 1")
            return parsed
        texts = np.where(absent, "", values).astype(str).astype(object)
        texts[absent] = None
        if column.categories is not None and column.unseen == "refuse" and not late:
            unseen = ~absent & ~np.isin(texts.astype(str), column.categories)
            _note(reasons, unseen, lambda i: f"{name}: {values[i]!r:.60} is not one of {', '.join(column.categories or ())}")
        return texts

    def _identify(self, table: pd.DataFrame, good: parse.Mask, reasons: list[list[str]]) -> list[str]:
        names = list(self.schema.key or self.schema.known)
        ids = [""] * len(table)
        for i in np.flatnonzero(good):
            values = [str(table[name].iat[i]) for name in names]
            base = "/".join(values) if self.schema.key else digest.of_json(values)[:32]
            self._seen[base] += 1
            if self.schema.key and self._seen[base] > 1:
                reasons[i].append(f"{'/'.join(names)}: {base!r:.60} stands on an earlier row too; a key must be unique")
            ids[i] = base if self.schema.key else f"{base}-{self._seen[base]}"
        return ids

    def _quarantine(self, table: pd.DataFrame, rows: np.ndarray, reasons: list[list[str]]) -> pd.DataFrame:
        kept = [name for name in table.columns if name in self.schema.columns and not self.schema.columns[name].pii]
        texts = [json.dumps({str(k): str(v) for k, v in row.items()}, ensure_ascii=False) for row in table[kept].to_dict("records")]
        occurrences: Counter[str] = Counter()
        digests, numbers = [], []
        for text in texts:
            name = digest.of_bytes(text.encode())[:32]
            occurrences[name] += 1
            digests.append(name)
            numbers.append(occurrences[name])
        columns = {SOURCE_ROW: rows, "row_digest": digests, "occurrence": numbers, "reasons": ["; ".join(r) for r in reasons], "row": texts}
        return pd.DataFrame(columns).astype({"row_digest": object, "reasons": object, "row": object})


def _note(reasons: list[list[str]], mask: parse.Mask, sentence: Callable[[int], str]) -> None:
    for i in np.flatnonzero(mask):
        reasons[i].append(sentence(int(i)))


def _bound(limit: float | None) -> str:
    return "anything" if limit is None else f"{limit:g}"
