"""Groups, the ids of shipments and orders that rows share for a short time; and entities, which last longer."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from delay_core.schema_inference import vocabulary
from delay_core.schema_inference.detection.column_roles import InferredRole, find_id_word
from delay_core.schema_inference.detection.label_columns import Outcome
from delay_core.schema_inference.detection.row_rules import KeyCandidate
from delay_core.schema_inference.profiling.column_profile import ColumnProfile
from delay_core.schema_inference.profiling.date_formats import Timestamps
from delay_core.schema_inference.profiling.table_profile import TableProfile
from delay_core.schema_inference.profiling.value_counts import Integers, count_pairs, format_share

_MIN_GROUPED_SHARE = 0.005
_MAX_GROUP_SHARE = 0.05
_MAX_MEAN_GROUP_ROWS = 20
_MAX_LIFE = 0.1
"""The share of the table's time in which half of the groups begin and end."""
_MIN_ENTITY_ROWS = 2.5
"""The mean number of rows of an entity whose past is worth learning from."""
_MIN_ENTITY_LIFE = 0.3


@dataclass(frozen=True)
class Lifetimes:
    """How long the values of columns live, measured on the times of the rows [rows]."""

    times: Timestamps

    @cached_property
    def _range(self) -> float:
        known = self.times[~np.isnat(self.times)].astype(np.int64)
        return float(known.max() - known.min()) if len(known) else 0.0

    def median_life(self, column: ColumnProfile) -> float | None:
        """The median share of the table's time between the first and the last row of the values that repeat.

        None if no value repeats, or if the rows have no times.
        """
        known = (column.row_codes >= 0) & ~np.isnat(self.times)
        codes, times = column.row_codes[known], self.times[known].astype(np.int64)
        if not self._range or not len(codes):
            return None
        order = np.lexsort((times, codes))
        codes, times = codes[order], times[order]
        starts = np.flatnonzero(np.r_[True, codes[1:] != codes[:-1]])
        ends = np.r_[starts[1:], len(codes)] - 1
        repeated = ends > starts
        return float(np.median((times[ends] - times[starts])[repeated]) / self._range) if repeated.any() else None

    def describe(self, column: ColumnProfile) -> str:
        """The median life in words."""
        life = self.median_life(column)
        return "" if life is None else f"half of them live through at most {format_share(life)} of the table's time"


def find_group(
    table: TableProfile,
    roles: Mapping[str, InferredRole],
    key: KeyCandidate,
    outcome: Outcome,
    lifetimes: Lifetimes,
) -> KeyCandidate:
    """The finest id of a shipment or an order that rows share, and each coarser one that the outcome may depend on."""
    columns = [column for column in table.columns.values() if _can_group(column, roles[column.name], key, lifetimes)]
    if len(key.columns) == 1:
        columns = [column for column in columns if column.name not in key.columns]
    if not columns:
        return KeyCandidate()
    ranked = sorted(columns, key=lambda column: (_group_rank(column), -column.distinct))
    finest = ranked[0]
    chosen, alternatives = [finest.name], []
    agreement = _outcome_agreement(finest.row_codes, outcome)
    for column in ranked[1:]:
        nested = _determines(finest.row_codes, column.row_codes) or _determines(column.row_codes, finest.row_codes)
        if not nested:
            alternatives.append(f"rows share {column.name} too: add it if they must not be split")
        elif agreement > 0.95 and _outcomes_are_independent(finest, column, outcome):
            alternatives.append(f"{column.name} holds several of them, whose outcomes are no more alike than any")
        else:
            chosen.append(column.name)
    shared_rows = finest.present_rows - int((finest.values.counts[finest.present] == 1).sum())
    evidence = f"{shared_rows:,} rows share it with another; {lifetimes.describe(finest)}".removesuffix("; ")
    return KeyCandidate(tuple(chosen), evidence, tuple(alternatives))


def is_entity(column: ColumnProfile, lifetimes: Lifetimes) -> bool:
    """Whether the values of an identifier come back through much of the table, as those of sellers and vehicles do."""
    if _names_shipment(column.name) and not vocabulary.ENTITY.first_match(column.name):
        return False
    life = lifetimes.median_life(column)
    repeats = column.present_rows >= _MIN_ENTITY_ROWS * column.distinct
    return repeats and life is not None and life >= _MIN_ENTITY_LIFE


def _can_group(column: ColumnProfile, role: InferredRole, key: KeyCandidate, lifetimes: Lifetimes) -> bool:
    if role.name != "identifier" or not find_id_word(column.name):
        return False
    life = lifetimes.median_life(column)
    has_lines = len(key.columns) > 1 and column.name in key.columns
    if life is not None and life > _MAX_LIFE and not has_lines:
        return False
    if vocabulary.ENTITY.first_match(column.name) and not _names_shipment(column.name):
        return False
    counts = column.values.counts[column.present]
    return bool(
        column.present_rows - column.distinct > _MIN_GROUPED_SHARE * column.values.rows
        and counts.max() <= max(_MAX_GROUP_SHARE * column.values.rows, 10)
        and counts.mean() <= _MAX_MEAN_GROUP_ROWS
    )


def _names_shipment(header: str) -> bool:
    return bool(vocabulary.SHIPMENT.first_match(header) or vocabulary.ORDER.first_match(header))


def _group_rank(column: ColumnProfile) -> int:
    if vocabulary.SHIPMENT.first_match(column.name):
        return 0
    return 1 if vocabulary.ORDER.first_match(column.name) else 2


def _determines(fine: Integers, coarse: Integers) -> bool:
    """Whether rows that share the first code share the second."""
    both = (fine >= 0) & (coarse >= 0)
    return count_pairs(fine[both], coarse[both]) == len(np.unique(fine[both]))


def _outcome_agreement(codes: Integers, outcome: Outcome) -> float:
    """How often two rows with the same code have the same outcome; 0 if no outcome is known."""
    known = (codes >= 0) & ~np.isnan(outcome)
    if not known.any():
        return 0.0
    size = np.bincount(codes[known]).astype(np.float64)
    late = np.bincount(codes[known], outcome[known])
    pairs = (size * (size - 1)).sum()
    equal = (late * (late - 1) + (size - late) * (size - late - 1)).sum()
    return float(equal / pairs) if pairs else 0.0


def _outcomes_are_independent(fine: ColumnProfile, coarse: ColumnProfile, outcome: Outcome) -> bool:
    """Whether fine groups within one coarse group agree no more often than any two fine groups."""
    known = (fine.row_codes >= 0) & (coarse.row_codes >= 0) & ~np.isnan(outcome)
    _, first_row = np.unique(fine.row_codes[known], return_index=True)
    outcomes, codes = outcome[known][first_row], coarse.row_codes[known][first_row]
    rate = outcomes.mean()
    return bool(_outcome_agreement(codes, outcomes) <= rate**2 + (1 - rate) ** 2 + 0.02)
