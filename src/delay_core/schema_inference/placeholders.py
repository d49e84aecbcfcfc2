"""Dates that software writes where nobody entered one."""

import numpy as np
from numpy.typing import NDArray

from delay_core.schema_inference.dates import Moments

_DAYS = np.array(
    [
        *("0001-01-01", "1111-11-11", "1753-01-01", "1800-01-01", "1899-12-30", "1899-12-31", "1900-01-01"),
        *("1900-01-02", "1901-01-01", "1970-01-01", "1999-09-09", "2099-12-31", "2100-01-01", "2199-12-31"),
        *("2222-12-22", "2999-12-31", "9999-01-01", "9999-12-30", "9999-12-31"),
    ],
    dtype="datetime64[D]",
)
_FAR = np.timedelta64(3652, "D")
_MOST = 4


def of_dates(moments: Moments, counts: NDArray[np.int64]) -> list[tuple[int, str]]:
    """Places of such dates, ten years from the usual ones at least, each as ISO 8601; the most frequent ones."""
    suspect = np.isin(moments.astype("datetime64[D]"), _DAYS)
    usual = moments[~suspect & ~np.isnat(moments)]
    if not suspect.any() or not len(usual):
        return []
    middle = np.sort(usual)[len(usual) // 2]
    far = suspect & (np.abs(moments - middle) > _FAR)
    places = sorted(np.flatnonzero(far).tolist(), key=lambda place: (-int(counts[place]), place))
    return [(place, _written(moments[place])) for place in places[:_MOST]]


def _written(moment: np.datetime64) -> str:
    day = moment.astype("datetime64[D]")
    if moment == day:
        return str(day)
    return str(np.datetime_as_string(moment, unit="auto"))
