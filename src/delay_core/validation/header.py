"""The header of a raw table against the schema's columns."""

from collections import Counter
from collections.abc import Mapping, Sequence

import pandas as pd

from delay_core.errors import SourceError
from delay_core.schema import ShipmentSchema

UNREADABLE = "(unreadable)"
"""The column in which a source says what is wrong with a row that it could not cut into columns."""


def known_names(schema: ShipmentSchema, names: Sequence[str], *, request: bool) -> dict[str, str]:
    """Names in the file → names in the schema, for the columns that the schema knows.

    Raises SourceError when a column stands twice, or a needed one is missing: in a request what is not nullable,
    in a table with outcomes the nullable columns, the label's, groups and exclusions too.
    """
    renamed = {name: schema.aliases[name] for name in names if name in schema.aliases}
    counts = Counter(schema.aliases[name] for name in names if name in schema.aliases)
    twice = [name for name, count in counts.items() if count > 1]
    if twice:
        raise SourceError(f"column {twice[0]!r} stands twice in the header, under its name or an alias")
    needed = [name for name in schema.input_columns if not (request and schema.columns[name].nullable)]
    if not request:
        needed += [*schema.label.columns, *schema.group, *(rule.column for rule in schema.exclude_where)]
    missing = [name for name in dict.fromkeys(needed) if name not in counts]
    if missing:
        raise SourceError(
            f"missing columns: {', '.join(missing)}; found: {_found(names, renamed)}. "
            f"A wrong delimiter looks like this too: schema {schema.name} says {schema.source.delimiter!r}"
        )
    return renamed


def _found(names: Sequence[str], known: Mapping[str, str]) -> str:
    """The header's names; only their number where none is known, for then they may be a person's row."""
    return ", ".join(names) if known else f"{len(names)} other names, or no header line at all"


def unreadable_rows(raw: pd.DataFrame) -> dict[int, str]:
    """Row position → what is wrong, for rows that the source could not cut into columns."""
    if UNREADABLE not in raw:
        return {}
    return {i: str(why) for i, why in enumerate(raw[UNREADABLE]) if isinstance(why, str)}
