"""Which columns a record brings: looked at once for all records that bring the same."""

from collections.abc import Callable, Mapping
from operator import itemgetter
from typing import Any

from delay_core.schema import ShipmentSchema

MOST = 1000
"""Shapes that are remembered; whoever sends others all the time is served all the same."""

Values = tuple[Any, ...]
Record = Mapping[str, object]
"""One raw shipment: names of columns, or their aliases, and values."""
_STRUCTURES = {dict, list}


class Shape:
    """Records with the same keys in the same order."""

    def __init__(
        self, schema: ShipmentSchema, keys: tuple[str, ...], read: tuple[str, ...], looked_at: tuple[str, ...]
    ) -> None:
        """Columns that are `read`, and those that are only `looked_at`, are handed out, in this order.

        Raises KeyError for a key that the schema does not know.
        """
        names = {schema.aliases[key]: key for key in keys}
        if len(names) < len(keys):
            raise KeyError("a column stands twice")
        self.renamed = {key: name for name, key in names.items() if key != name}
        self.notes = tuple(_notes(schema, names))
        """What the sender should know: which columns are not read, and why."""
        self.ignored = tuple(key for name, key in names.items() if name not in read)
        """Keys of columns that are not read."""
        self._ignored = _getter(self.ignored)
        self._kept = {name: key for name, key in names.items() if name in read}
        self._is_kept_whole = not self.renamed and not self.ignored
        self.values = _getter(tuple(names.get(name) for name in (*read, *looked_at)))
        """A record → its values, None where it has none."""

    def has_structure(self, record: Record) -> bool:
        """Whether a column that is not read holds more than one value."""
        return not _STRUCTURES.isdisjoint(map(type, self._ignored(record)))

    def kept(self, record: Record) -> Record:
        """The record's values as they were given, under the schema's names, without what is not read."""
        return record if self._is_kept_whole else {name: record[key] for name, key in self._kept.items()}


class Shapes:
    """The shapes that were seen."""

    def __init__(self, schema: ShipmentSchema, read: tuple[str, ...], looked_at: tuple[str, ...]) -> None:
        self._schema = schema
        self._columns = read, looked_at
        self._known: dict[tuple[str, ...], Shape] = {}

    def of(self, record: Record) -> Shape | None:
        """The record's shape; None where it has a key that the schema does not know, or names a column twice."""
        keys = tuple(record)
        known = self._known.get(keys)
        if known is not None:
            return known
        try:
            shape = Shape(self._schema, keys, *self._columns)
        except KeyError:
            return None
        if len(self._known) >= MOST:
            self._known.clear()
        self._known[keys] = shape
        return shape


def _notes(schema: ShipmentSchema, names: Mapping[str, str]) -> list[str]:
    ignored = [f"{name} ignored: {why}" for name, why in schema.post_hoc_columns.items() if name in names]
    personal = sorted(name for name in names if schema.columns[name].pii)
    ignored += [f"{name} ignored: it is the label" for name in names if schema.columns[name].role == "label"]
    return ignored + [f"{name} ignored: personal data is never read" for name in personal]


def _getter(keys: tuple[str | None, ...]) -> Callable[[Record], Values]:
    there = [key for key in keys if key is not None]
    if len(there) == len(keys) > 1:
        return itemgetter(*there)

    def values(record: Record) -> Values:
        return tuple([None if key is None else record[key] for key in keys])

    return values
