"""The late rate so far, by key: only from outcomes that were on record before the day of the prediction."""

from functools import cached_property
from typing import Any, Literal, Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict

from delay_core.features.canonical import Columns
from delay_core.features.part import RARE_BELOW, Matrix, Part

PRIOR_ROWS = 20
"""The rate of all shipments weighs as much as so many outcomes of the key itself."""
_SPAN = 1 << 24
"""More days than any two dates lie apart."""
EVERYTHING = ""

Days = NDArray[np.int64]


class History(BaseModel):
    """Outcomes by key and by the day on which they came on record, counted up; each key's days rise.

    `keys[i]` has the entries `starts[i]` to `starts[i + 1]` of `days` (UTC, as `day_of` counts), `rows` and `late`.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")
    keys: tuple[str, ...]
    starts: tuple[int, ...]
    days: tuple[int, ...]
    rows: tuple[int, ...]
    late: tuple[int, ...]

    @classmethod
    def of(cls, keys: NDArray[np.object_], days: Days, late: NDArray[np.float64], fewest: int) -> Self:
        """Count outcomes [rows]; a key with fewer than `fewest` is left out."""
        code, names = pd.factorize(keys, sort=True)
        kept = np.bincount(code, minlength=len(names)) >= fewest
        code = np.where(kept, np.cumsum(kept) - 1, -1)[code]
        told = code >= 0
        place, at = np.unique(code[told] * _SPAN + days[told], return_inverse=True)
        owner = place // _SPAN
        starts = np.searchsorted(owner, np.arange(int(kept.sum()) + 1))
        rows, lates = np.bincount(at, minlength=len(place)), np.bincount(at, late[told], minlength=len(place))
        return cls(
            keys=tuple(map(str, np.asarray(names)[kept])),
            starts=tuple(starts.tolist()),
            days=tuple((place % _SPAN).tolist()),
            rows=tuple(_within(rows, starts).tolist()),
            late=tuple(_within(lates, starts).astype(np.int64).tolist()),
        )

    def before(self, keys: NDArray[np.object_], days: Days) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Outcomes and late ones among them [rows] that each key had on record before its day."""
        codes = self._codes
        code = np.fromiter((codes.get(key, -1) for key in keys), np.int64, len(keys))
        at = np.searchsorted(self._places, code * _SPAN + days) - 1
        known = (code >= 0) & (at >= 0)
        known[known] = self._places[at[known]] // _SPAN == code[known]
        at = np.where(known, at, 0)
        rows, late = self._totals
        return np.where(known, rows[at], 0.0), np.where(known, late[at], 0.0)

    @cached_property
    def _codes(self) -> dict[Any, int]:
        return {key: at for at, key in enumerate(self.keys)}

    @cached_property
    def _places(self) -> NDArray[np.int64]:
        owner = np.repeat(np.arange(len(self.keys)), np.diff(self.starts))
        return owner * _SPAN + np.array(self.days, dtype=np.int64)

    @cached_property
    def _totals(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        return np.array([*self.rows, 0], dtype=np.float64), np.array([*self.late, 0], dtype=np.float64)


class LateRateFeature(Part):
    """Late rate so far of the shipments that share a key, drawn towards that of all shipments while there are few.

    The history ends with the rows that the encoder was fitted on, in training and in serving alike.
    """

    kind: Literal["late_rate"] = "late_rate"
    name: str
    made_from: str
    by: tuple[str, ...]
    point: str
    history: History
    everything: History

    @classmethod
    def fit(cls, name: str, made_from: str, by: tuple[str, ...], point: str, outcomes: "Outcomes") -> Self:
        """Count the outcomes; their keys are those of `by`."""
        everything = np.full(len(outcomes.days), EVERYTHING, dtype=object)
        return cls(
            name=name,
            made_from=made_from,
            by=by,
            point=point,
            history=History.of(_keys(outcomes.columns, by)[outcomes.known], outcomes.days, outcomes.late, RARE_BELOW),
            everything=History.of(everything, outcomes.days, outcomes.late, 1),
        )

    @property
    def source(self) -> str:
        return self.made_from

    @property
    def columns(self) -> tuple[str, ...]:
        return (*self.by, self.point)

    @property
    def names(self) -> tuple[str, ...]:
        return (self.name,)

    def encode(self, columns: Columns, out: Matrix) -> None:
        days = day_of(columns[self.point])
        all_rows, all_late = self.everything.before(np.full(len(days), EVERYTHING, dtype=object), days)
        rows, late = self.history.before(_keys(columns, self.by), days)
        rate = (all_late + 0.5) / (all_rows + 1)
        out[:, 0] = (late + PRIOR_ROWS * rate) / (rows + PRIOR_ROWS)


class Outcomes:
    """The outcomes that training rows tell, with the columns that keys are made of."""

    def __init__(self, columns: Columns, late: str, known_at: str) -> None:
        self.columns = columns
        every = columns[late]
        self.known = ~np.isnan(every)
        self.late = every[self.known]
        self.days = day_of(columns[known_at][self.known])


def day_of(times: NDArray[np.datetime64]) -> Days:
    """The day of each UTC time [rows], counted from one far enough back that none is negative."""
    return times.astype("datetime64[D]").astype(np.int64) + _SPAN // 2


def _keys(columns: Columns, by: tuple[str, ...]) -> NDArray[np.object_]:
    if len(by) == 1:
        values = columns[by[0]]
        return np.array(["\x00" if value is None else value for value in values], dtype=object)
    rows = zip(*(columns[name] for name in by), strict=True)
    return np.array(["\x1f".join("\x00" if v is None else v for v in row) for row in rows], dtype=object)


def _within(counts: NDArray[Any], starts: NDArray[np.int64]) -> NDArray[Any]:
    """Counted up, anew from each start."""
    total = np.concatenate(([0], np.cumsum(counts)))
    found: NDArray[Any] = total[1:] - np.repeat(total[starts[:-1]], np.diff(starts))
    return found
