"""Values that mean missing and say why."""

from collections.abc import Callable, Mapping
from fnmatch import fnmatchcase
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from delay_core.parsing.values import Mask, Values

Read = Callable[[Values], NDArray[Any]]
"""Raw values → canonical ones, missing where they cannot be parsed."""


def apply_sentinels(
    sentinels: Mapping[str, str], values: Values, parsed: tuple[NDArray[Any], Mask], missing: Any, read: Read
) -> tuple[NDArray[Any], Mask, NDArray[np.object_] | None]:
    """Canonical values, unreadable rows and missing reasons [rows] of a column with sentinels.

    `parsed` holds canonical values and unreadable rows without regard to sentinels; a sentinel becomes `missing`, and
    is not unreadable.
    """
    canonical, unreadable = parsed
    reasons = missing_reasons(sentinels, values, unreadable, canonical, read)
    if reasons is None:
        return canonical, unreadable, None
    is_sentinel = np.asarray(pd.notna(reasons))
    return np.where(is_sentinel, missing, canonical), unreadable & ~is_sentinel, reasons


def missing_reasons(
    sentinels: Mapping[str, str], values: Values, unreadable: Mask, canonical: NDArray[Any], read: Read
) -> NDArray[np.object_] | None:
    """Why each value [rows] is missing: the reason of the sentinel that it equals, or None. None without sentinels.

    A number or a date equals its sentinel in whatever format either is written. Other text is compared character by
    character, and `*` in a sentinel matches any text.
    """
    if not sentinels:
        return None
    reasons = np.full(len(values), None, dtype=object)
    texts = {row: values[row] for row in np.flatnonzero(unreadable) if isinstance(values[row], str)}
    for reason, token in sentinels.items():
        reasons[canonical == read(np.array([token], dtype=object))] = reason
        for row, text in texts.items():
            if text == token or ("*" in token and fnmatchcase(text, _escape_glob(token))):
                reasons[row] = reason
    return reasons


def _escape_glob(token: str) -> str:
    """The token with `*` as its only special character."""
    return token.replace("[", "[[]").replace("?", "[?]")
