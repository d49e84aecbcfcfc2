"""The rows of the main table in chunks, each with the columns of the other tables."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from delay_core import digest
from delay_core.errors import SourceError
from delay_core.joins.aggregation import read_aggregates
from delay_core.joins.lookup import Lookup, read_lookup
from delay_core.joins.other_table import OtherTable, alternative, key_texts
from delay_core.parsing import BrokenRule, Mask, Values
from delay_core.ports.shipment_source import ShipmentSource
from delay_core.reports import JoinCounts
from delay_core.schema import Join, ShipmentSchema
from delay_core.table_urls import related_url, without_password
from delay_core.validation import FieldRule, unreadable_rows
from delay_core.violations import ViolationCode


@dataclass(frozen=True)
class JoinedChunk:
    """Raw rows with the joined columns, and the rules of the joins that some of them break."""

    rows: pd.DataFrame
    broken_rules: tuple[FieldRule, ...] = ()


@dataclass
class _JoinState:
    """A join while rows are read: its lookup, and the rows with and without a match so far."""

    table: OtherTable
    lookup: Lookup
    matched: int = 0
    unmatched: int = 0
    earlier_keys: set[str] = field(default_factory=set)


class JoinedTable:
    """The table at a URL with what `source.join` of the schema adds; without it, the table itself.

    The other tables are in memory, the main one is streamed.
    """

    def __init__(self, source: ShipmentSource, url: str, schema: ShipmentSchema) -> None:
        self._source = source
        self._url = url
        self._schema = schema
        self._others = [
            OtherTable(source, schema, related_url(url, join.table), index)
            for index, join in enumerate(schema.source.join)
        ]
        self._states: list[_JoinState] = []

    def digest(self) -> str:
        """The digest of all tables. Raises SourceError."""
        main = self._source.digest(self._url)
        others = [other.digest() for other in self._others]
        return digest.json_digest({"table": main, "join": others}) if others else main

    @property
    def counts(self) -> tuple[JoinCounts, ...]:
        """The rows with and without a match so far, by join."""
        return tuple(
            JoinCounts(table=state.table.join.table, matched=state.matched, unmatched=state.unmatched)
            for state in self._states
        )

    @property
    def unused_columns(self) -> tuple[str, ...]:
        """Columns of the other tables that the schema does not have."""
        return tuple(name for state in self._states for name in state.lookup.unused)

    def chunks(self) -> Iterator[JoinedChunk]:
        """The rows in order. Raises SourceError if a table cannot be read, or lacks a column of a key."""
        self._states = [_JoinState(other, self._read(other)) for other in self._others]
        for chunk in self._source.chunks(self._url, self._schema):
            rows, broken = chunk, []
            for state in self._states:
                rows, rules = self._join(state, rows)
                broken += rules
            yield JoinedChunk(rows, tuple(broken))

    def _read(self, other: OtherTable) -> Lookup:
        """The lookup of a table. Raises SourceError if it adds no column, and is not required to have a match."""
        later_keys = {name for join in self._schema.source.join[other.index + 1 :] for name in join.key}
        used = {*self._schema.aliases, *later_keys}
        lookup = read_aggregates(other) if other.join.aggregate else read_lookup(other, used.__contains__)
        if not used & set(lookup.columns) and not other.join.required:
            names = ", ".join([*lookup.columns, *lookup.unused])
            raise SourceError(
                f"{other.path}: the schema has no column of {other.name}; add those that you need to columns: {names}"
            )
        return lookup

    def _join(self, state: _JoinState, rows: pd.DataFrame) -> tuple[pd.DataFrame, list[FieldRule]]:
        lookup = state.lookup
        self._check_names(state, rows)
        names = self._key_columns(state, [str(name) for name in rows.columns])
        keys = key_texts([rows[name].to_numpy(dtype=object) for name in names], self._schema)
        positions = lookup.find(keys)
        readable = np.ones(len(rows), dtype=bool)
        readable[list(unreadable_rows(rows))] = False
        matched = positions >= 0
        state.matched += int((matched & readable).sum())
        state.unmatched += int((~matched & readable).sum())
        joined = {name: pd.Series(lookup.values(name, positions), rows.index, object) for name in lookup.columns}
        return rows.assign(**joined), list(self._rules(state, keys, matched))

    def _rules(self, state: _JoinState, keys: Values, matched: NDArray[np.bool_]) -> Iterator[FieldRule]:
        """The rules about keys that some rows break."""
        join = state.table.join
        ambiguous = state.lookup.is_repeated(keys)
        params = {"table": join.table}
        rules: list[tuple[ViolationCode, Mask]] = [(ViolationCode.AMBIGUOUS_MATCH, ambiguous)]
        if join.required:
            rules.append((ViolationCode.NO_MATCH, ~matched))
        if join.cardinality == "one_to_one":
            rules.append((ViolationCode.REPEATED_KEY, _repeats(keys, state.earlier_keys)))
        for code, broken in rules:
            if broken.any():
                yield "/".join(join.key), BrokenRule(code, broken, lambda _: params)

    def _key_columns(self, state: _JoinState, header: Sequence[str]) -> list[str]:
        """The names that the columns of the key have in this header. Raises SourceError if one is absent."""
        aliases = self._schema.aliases
        names = []
        for name in state.table.join.key:
            known = [each for each in header if each == name or aliases.get(each, each) == aliases.get(name, name)]
            if not known:
                raise SourceError(
                    f"{state.table.path}.key: {without_password(self._url)} has no column {name!r}; "
                    f"{alternative(name, header)}"
                )
            names.append(known[0])
        return names

    def _check_names(self, state: _JoinState, rows: pd.DataFrame) -> None:
        """Raise SourceError if a joined column has the name of another one."""
        for name in state.lookup.columns:
            if name in rows:
                raise SourceError(
                    f"{state.table.path}: {without_password(self._url)} and {state.table.name} both have a column "
                    f"{name!r}; give the joined one another name: {_another_name(state.table.join, name)}"
                )


def _another_name(join: Join, name: str) -> str:
    if join.aggregate:
        return "change it in aggregate"
    return f"rename: {{{name.removeprefix(join.prefix)}: other {name}}}, or a prefix for all joined columns"


def _repeats(keys: Values, earlier: set[str]) -> Mask:
    """Which keys [rows] are those of an earlier row. Adds the keys to the earlier ones."""
    repeats = np.zeros(len(keys), dtype=bool)
    for row, key in enumerate(keys):
        if key is not None:
            repeats[row] = key in earlier
            earlier.add(key)
    return repeats
