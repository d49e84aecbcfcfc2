"""Equality of values that keep arrays which they compute once."""

from typing import Any

from pydantic import BaseModel


class FieldEquality(BaseModel):
    """A frozen model that is equal to another of its class if all fields are.

    What a `cached_property` keeps does not count. The equality of pydantic compares it first, and raises ValueError for
    arrays.
    """

    def __eq__(self, other: object) -> bool:
        return isinstance(other, type(self)) and self._values() == other._values()

    def __hash__(self) -> int:
        return hash(self._values())

    def _values(self) -> tuple[Any, ...]:
        return tuple(getattr(self, name) for name in type(self).model_fields)
