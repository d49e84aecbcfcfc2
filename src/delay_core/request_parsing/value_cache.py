"""Cache of validation results for the values of one column."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from delay_core.schema.roles import ColumnRole

MAX_VALUES = 10_000
"""Values of a column that are kept."""
MAX_TEXT_CHARACTERS = 200
"""Characters of a text that is kept."""

CachedValue = tuple[Any, str | None] | None
"""A canonical value, and the reason why it is missing; None: it breaks a rule, or is not kept."""
_Key = tuple[type, Any]


class ColumnValueCache:
    """Validates each distinct value of a column once; new values are validated together.

    Threads may share it: entries are added to its dictionary, or the dictionary is replaced as a whole.
    """

    def __init__(self, role: ColumnRole) -> None:
        self._role = role
        self._cached: dict[_Key, CachedValue] = {}

    def get_many(self, values: Sequence[Any]) -> list[CachedValue]:
        """The validation results [rows] of raw values."""
        cached, keys = self._cached, [_key(value) for value in values]
        new = {key: value for key, value in zip(keys, values, strict=True) if key is not None and key not in cached}
        added = self._validate(new) if new else {}
        results = [None if key is None else added[key] if key in added else cached[key] for key in keys]
        if len(cached) + len(added) > MAX_VALUES:
            self._cached = added
        else:
            cached.update(added)
        return results

    def _validate(self, new: Mapping[_Key, object]) -> dict[_Key, CachedValue]:
        values = np.empty(len(new), dtype=object)
        values[:] = list(new.values())
        result = self._role.check(values, required=False)
        invalid = np.zeros(len(new), dtype=bool)
        for rule in result.broken_rules:
            invalid |= rule.rows
        reasons = [None] * len(new) if result.missing_reasons is None else result.missing_reasons
        return {
            key: None if is_invalid else (canonical, reason)
            for key, is_invalid, canonical, reason in zip(new, invalid, result.canonical, reasons, strict=True)
        }


def _key(value: object) -> _Key | None:
    """Different keys for 1, 1.0 and True, and for the two zeros; None for what is not kept."""
    kind = type(value)
    if kind is float:
        return kind, repr(value)
    if value is None or kind is int or (kind is str and len(value) <= MAX_TEXT_CHARACTERS):  # type: ignore[arg-type] # it is text
        return kind, value
    return None
