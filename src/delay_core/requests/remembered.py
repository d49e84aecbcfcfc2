"""Values that the rules of validation were asked about: each once, those that are new together."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from delay_core.schema import ShipmentSchema
from delay_core.validation import column_check

MOST = 10_000
"""So many values of a column are remembered."""
_LONGEST = 200
"""Characters of a text that is worth remembering."""

Seen = tuple[Any, str | None] | None
"""A canonical value, and why it is missing; None: it breaks a rule, or is not worth remembering."""
_Key = tuple[type, Any]


class Remembered:
    """Of one column. Safe to share between threads: what is known is added to, or exchanged as a whole."""

    def __init__(self, schema: ShipmentSchema, name: str) -> None:
        self._schema, self._name = schema, name
        self._known: dict[_Key, Seen] = {}

    def of(self, values: Sequence[Any]) -> list[Seen]:
        """What each of the raw values comes to."""
        known, keys = self._known, [_key(value) for value in values]
        new = {key: value for key, value in zip(keys, values, strict=True) if key is not None and key not in known}
        looked = self._look(new) if new else {}
        seen = [None if key is None else looked[key] if key in looked else known[key] for key in keys]
        if len(known) + len(looked) > MOST:
            self._known = looked
        else:
            known.update(looked)
        return seen

    def _look(self, new: Mapping[_Key, object]) -> dict[_Key, Seen]:
        values = np.empty(len(new), dtype=object)
        values[:] = list(new.values())
        checked = column_check.check(self._schema, self._name, values, required=False)
        broken = np.zeros(len(new), dtype=bool)
        for problem in checked.problems:
            broken |= problem.rows
        why = [None] * len(new) if checked.why_missing is None else checked.why_missing
        return {
            key: None if is_broken else (canonical, reason)
            for key, is_broken, canonical, reason in zip(new, broken, checked.canonical, why, strict=True)
        }


def _key(value: object) -> _Key | None:
    """Tells 1, 1.0 and True apart, and the two zeros."""
    kind = type(value)
    if kind is float:
        return kind, repr(value)
    if value is None or kind is int or (kind is str and len(value) <= _LONGEST):  # type: ignore[arg-type] # it is text
        return kind, value
    return None
