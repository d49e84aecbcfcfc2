"""One row of the other table for each key."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from delay_core.errors import SourceError
from delay_core.joins.other_table import OtherTable
from delay_core.parsing import Mask, Values
from delay_core.violations import format_value


@dataclass(frozen=True)
class Lookup:
    """Joined columns in memory: values [keys] by name, the position of each key, and the keys of several rows.

    `unmatched` has the values of columns that are not missing without a match.
    """

    columns: Mapping[str, Values]
    positions: Mapping[str, int]
    repeated: frozenset[str]
    unused: tuple[str, ...] = ()
    unmatched: Mapping[str, object] = field(default_factory=dict)

    def find(self, keys: Values) -> NDArray[np.int64]:
        """The positions [rows] of the keys, -1 without a match."""
        return np.fromiter((self.positions.get(key, -1) for key in keys), np.int64, len(keys))

    def is_repeated(self, keys: Values) -> Mask:
        """Which keys [rows] are those of several rows of the other table."""
        return np.fromiter((key in self.repeated for key in keys), bool, len(keys))

    def values(self, name: str, positions: NDArray[np.int64]) -> Values:
        """The values of a joined column at these positions."""
        values = np.full(len(positions), self.unmatched.get(name), dtype=object)
        matched = positions >= 0
        values[matched] = self.columns[name][positions[matched]]
        return values


def read_lookup(table: OtherTable, is_used: Callable[[str], bool]) -> Lookup:
    """Read the table with the joined columns that are used. Raises SourceError if a key of it repeats and may not."""
    join = table.join
    positions: dict[str, int] = {}
    repeated: dict[str, int] = {}
    parts: dict[str, list[Values]] = {}
    unused: list[str] = []
    rows = 0
    for chunk in table.chunks():
        header = [str(name) for name in chunk.columns]
        if not rows:
            table.require_columns(header, join.lookup_key, "other_key" if join.other_key else "key")
            table.require_columns(header, tuple(join.rename), "rename")
        names = {name: join.rename.get(name, f"{join.prefix}{name}") for name in header if name not in join.lookup_key}
        unused = [new for new in names.values() if not is_used(new)]
        for name, new in names.items():
            if is_used(new):
                parts.setdefault(new, []).append(chunk[name].to_numpy(dtype=object))
        for row, key in enumerate(table.keys(chunk, rows), rows):
            if key is not None and positions.setdefault(key, row) != row:
                repeated.setdefault(key, row)
        rows += len(chunk)
    if repeated and join.repeated == "refuse":
        raise SourceError(_repeated_key(table, positions, *next(iter(repeated.items()))))
    columns = {name: np.concatenate(values) for name, values in parts.items()}
    return Lookup(columns, positions, frozenset(repeated), tuple(unused))


def _repeated_key(table: OtherTable, positions: Mapping[str, int], key: str, row: int) -> str:
    aliases, columns = table.schema.aliases, table.schema.columns
    names = [aliases[name] for name in (*table.join.key, *table.join.lookup_key) if name in aliases]
    value = "" if any(columns[name].pii for name in names) else f" {format_value(key)}"
    return (
        f"{table.path}: rows {positions[key] + 1} and {row + 1} of {table.name} have the same "
        f"{'/'.join(table.join.lookup_key)}{value}; {table.join.cardinality} needs one row for each key: remove one, "
        "or set repeated: quarantine, or summarize them by cardinality: one_to_many with aggregate"
    )
