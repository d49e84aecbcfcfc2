"""Values that mean missing and say why."""

from collections.abc import Callable, Mapping
from fnmatch import fnmatchcase
from typing import Any

import numpy as np
from numpy.typing import NDArray

from delay_core.validation.parse import Mask, Values

Read = Callable[[Values], NDArray[Any]]
"""Raw values → canonical ones, missing where they do not parse."""


def reasons(
    sentinels: Mapping[str, str], values: Values, broken: Mask, canonical: NDArray[Any], read: Read
) -> NDArray[np.object_]:
    """Why each value [rows] is missing: the reason whose token it is, or None.

    A number or a date equals its token however either is written; other text is compared as it stands, `*` being
    anything.
    """
    why = np.full(len(values), None, dtype=object)
    texts = {i: values[i] for i in np.flatnonzero(broken) if isinstance(values[i], str)}
    for reason, token in sentinels.items():
        why[canonical == read(np.array([token], dtype=object))] = reason
        for i, text in texts.items():
            if text == token or ("*" in token and fnmatchcase(text, _literally(token))):
                why[i] = reason
    return why


def _literally(token: str) -> str:
    """The token with only `*` left special."""
    return token.replace("[", "[[]").replace("?", "[?]")
