"""The columns that a record has: worked out once for all records with the same keys."""

from collections.abc import Callable, Mapping
from operator import itemgetter
from typing import Any

from delay_core.schema import ShipmentSchema

MAX_LAYOUTS = 1000
"""Layouts that are cached. Records with other layouts are parsed all the same."""

Values = tuple[Any, ...]
Record = Mapping[str, object]
"""One raw shipment: names of columns, or their aliases, and values."""
_NESTED_TYPES = {dict, list}


class RecordLayout:
    """Records with the same keys in the same order."""

    def __init__(
        self,
        schema: ShipmentSchema,
        keys: tuple[str, ...],
        wanted_columns: tuple[str, ...],
        exclusion_columns: tuple[str, ...],
    ) -> None:
        """`values` gives the wanted columns, then those that only exclude shipments, in this order.

        Raises KeyError for a key that the schema does not know, or where two keys name one column.
        """
        names = {schema.aliases[key]: key for key in keys}
        if len(names) < len(keys):
            raise KeyError("two keys name one column")
        self.notes = tuple(_notes(schema, names))
        """What the sender should know: which columns are ignored, and why."""
        self.ignored = tuple(key for name, key in names.items() if name not in wanted_columns)
        """Keys of columns that are ignored."""
        self._get_ignored = _getter(self.ignored)
        self._wanted = {name: key for name, key in names.items() if name in wanted_columns}
        self._is_identity = not self.ignored and all(name == key for name, key in names.items())
        self.values = _getter(tuple(names.get(name) for name in (*wanted_columns, *exclusion_columns)))
        """A record → its values, None where it has none."""

    def has_nested(self, record: Record) -> bool:
        """Whether an ignored column holds a list or an object."""
        return not _NESTED_TYPES.isdisjoint(map(type, self._get_ignored(record)))

    def project(self, record: Record) -> Record:
        """The record's values as they were sent, under the schema's names, without ignored columns."""
        return record if self._is_identity else {name: record[key] for name, key in self._wanted.items()}


class RecordLayoutCache:
    """The layouts of recent records."""

    def __init__(
        self, schema: ShipmentSchema, wanted_columns: tuple[str, ...], exclusion_columns: tuple[str, ...]
    ) -> None:
        self._schema = schema
        self._columns = wanted_columns, exclusion_columns
        self._cached: dict[tuple[str, ...], RecordLayout] = {}

    def get(self, record: Record) -> RecordLayout | None:
        """The record's layout; None where the schema does not know a key, or two keys name one column."""
        keys = tuple(record)
        cached = self._cached.get(keys)
        if cached is not None:
            return cached
        try:
            layout = RecordLayout(self._schema, keys, *self._columns)
        except KeyError:
            return None
        if len(self._cached) >= MAX_LAYOUTS:
            self._cached.clear()
        self._cached[keys] = layout
        return layout


def _notes(schema: ShipmentSchema, names: Mapping[str, str]) -> list[str]:
    notes = [f"{name} ignored: {reason}" for name, reason in schema.post_hoc_columns.items() if name in names]
    personal = sorted(name for name in names if schema.columns[name].pii)
    notes += [f"{name} ignored: it is the label" for name in names if name in schema.label.label_columns]
    return notes + [f"{name} ignored: personal data is never read" for name in personal]


def _getter(keys: tuple[str | None, ...]) -> Callable[[Record], Values]:
    present = [key for key in keys if key is not None]
    if len(present) == len(keys) > 1:
        return itemgetter(*present)

    def values(record: Record) -> Values:
        return tuple([None if key is None else record[key] for key in keys])

    return values
