"""What late means in this table: a column that says so, or two dates compared."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from delay_core.schema_inference import vocabulary as v
from delay_core.schema_inference.flags import Flag, flag
from delay_core.schema_inference.look import Look
from delay_core.schema_inference.moments import Sense, sense
from delay_core.schema_inference.table import Table
from delay_core.schema_inference.words import plain
from delay_core.schema_inference.yaml_text import share

_LEAST_COMPARED = 0.3
_SAME = 0.995


@dataclass(frozen=True)
class FoundLabel:
    """`flag`, or `actual` and `promised`, or none of them. `outcome` [rows]: 1, 0, NaN.

    `also`: column → what to say of it: another label, or a copy of this one.
    """

    outcome: NDArray[np.float64]
    evidence: tuple[str, ...]
    flag: Flag | None = None
    actual: str | None = None
    promised: str | None = None
    whole_days: bool = False
    also: Mapping[str, str] = field(default_factory=dict)

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that the outcome is read from."""
        named = (self.flag.column if self.flag else None, self.actual, self.promised)
        return tuple(name for name in named if name is not None)

    @property
    def late_rate(self) -> float:
        """The share of late rows among those with an outcome."""
        return float(np.nanmean(self.outcome))


def find_label(table: Table) -> FoundLabel:
    """The likeliest label. Where a column only repeats what two dates say, the dates: they tell when it was known."""
    flags = sorted(filter(None, map(flag, table.looks.values())), key=lambda found: found.rank)
    dates = _two_dates(table)
    if not flags:
        return dates or FoundLabel(np.full(table.rows, np.nan), ("no column says late, and no two dates do",))
    first, rest = flags[0], flags[1:]
    also = {
        other.column: f"says late too: equal to the label in {share(_agree(other.outcome, first.outcome))} of rows"
        for other in rest
    }
    if dates is None:
        return FoundLabel(first.outcome, (first.evidence,), first, also=also)
    same = _agree(first.outcome, dates.outcome)
    if same >= _SAME:
        says = f"says the same as the label's two dates in {share(same)} of rows: it is the outcome"
        return replace(dates, also={first.column: says, **also})
    other = f"or two dates: {dates.actual} after {dates.promised}; the same in {share(same)} of rows"
    return FoundLabel(first.outcome, (first.evidence, other), first, also=also)


def _agree(one: NDArray[np.float64], other: NDArray[np.float64]) -> float:
    both = ~np.isnan(one) & ~np.isnan(other)
    return float((one[both] == other[both]).mean()) if both.any() else 0.0


def _two_dates(table: Table) -> FoundLabel | None:
    moments = [look for look in table.looks.values() if look.dates is not None and look.distinct > 1]
    promises = [look for look in moments if sense(look.name) is Sense.PROMISED]
    arrivals = [look for look in moments if sense(look.name).is_outcome]
    pairs = [(actual, promised) for actual in arrivals for promised in promises]
    for actual, promised in sorted(pairs, key=lambda pair: (-_fit(*pair), pair[0].name, pair[1].name)):
        found = _compared(actual, promised)
        if found is not None:
            return found
    return None


def _fit(actual: Look, promised: Look) -> float:
    """How well two dates go together: what the first is, words in common, both of the delivery."""
    kind = {Sense.ARRIVED: 3.0, Sense.DELIVERY: 2.0, Sense.RECORDED: 0.0}[sense(actual.name)]
    common = len(set(plain(actual.name).split()) & set(plain(promised.name).split()) - {"date", "at", "time", "order"})
    delivery = bool(v.DELIVERY.word_in(promised.name) or v.ARRIVED.word_in(promised.name))
    leaving = bool(v.DISPATCHED.word_in(promised.name)) and not delivery
    return kind + 0.5 * min(common, 2) + delivery - 2 * leaving


def _compared(actual: Look, promised: Look) -> FoundLabel | None:
    happened, due = actual.row_moments, promised.row_moments
    both = ~np.isnat(happened) & ~np.isnat(due)
    if both.mean() < _LEAST_COMPARED:
        return None
    day = np.timedelta64(1, "D")
    whole_days = _at_midnight(due[both]) > 0.99 and _at_midnight(happened[both]) < 0.5
    deadline = due + day if whole_days else due
    outcome = np.where(both, (happened > deadline).astype(np.float64), np.nan)
    if np.nanmin(outcome) == np.nanmax(outcome):
        return None
    evidence = f"both dates stand in {share(both.mean())} of rows"
    return FoundLabel(outcome, (evidence,), None, actual.name, promised.name, whole_days)


def _at_midnight(moments: NDArray[np.datetime64]) -> float:
    return float((moments == moments.astype("datetime64[D]")).mean())
