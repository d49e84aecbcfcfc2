"""The header of a raw table against the schema's columns."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

import pandas as pd

from delay_core.errors import SourceError
from delay_core.schema import ShipmentSchema
from delay_core.violations import Violation, ViolationCode

UNREADABLE = "(unreadable)"
"""The column in which a source says what is wrong with a row that it could not cut into columns."""


@dataclass(frozen=True)
class Header:
    """The header of a table, compared with the schema.

    Names in the file → names in the schema, for the columns that the schema has; required columns that are absent;
    columns that the file has twice, under their name or an alias.
    """

    names: dict[str, str]
    missing: tuple[str, ...]
    duplicates: tuple[str, ...]

    @property
    def violations(self) -> list[Violation]:
        """What is wrong with the header; nothing where it fits."""
        pairs = ((ViolationCode.DUPLICATE_FIELD, self.duplicates), (ViolationCode.MISSING, self.missing))
        return [Violation(name, code) for code, names in pairs for name in names]


def match_header(schema: ShipmentSchema, columns: Sequence[str], *, request: bool) -> Header:
    """Compare the columns of a table with the schema.

    A request needs the columns that are not nullable; a table with outcomes also the nullable columns, those of the
    label, groups and exclusions.
    """
    known = [name for name in columns if name in schema.aliases]
    counts = Counter(schema.aliases[name] for name in known)
    needed = [name for name in schema.input_columns if not (request and schema.columns[name].nullable)]
    if not request:
        needed += [
            schema.prediction_point.sort_column,
            *schema.label.columns,
            *schema.group,
            *(rule.column for rule in schema.exclude_where),
        ]
    return Header(
        names={name: schema.aliases[name] for name in known},
        missing=tuple(dict.fromkeys(_absent(schema, needed, counts))),
        duplicates=tuple(name for name, count in counts.items() if count > 1),
    )


def _absent(schema: ShipmentSchema, needed: Iterable[str], present: Collection[str]) -> Iterator[str]:
    """The needed columns that are absent; of a split date, its absent parts."""
    for name in needed:
        if name not in present:
            parts = schema.split_dates[name].parts.values() if name in schema.split_dates else (name,)
            yield from (part for part in parts if part not in present)


def check_header(schema: ShipmentSchema, columns: Sequence[str], *, request: bool) -> Header:
    """As `match_header`. Raises SourceError where a column is needed and absent, or there twice."""
    header = match_header(schema, columns, request=request)
    if header.duplicates:
        message = f"column {header.duplicates[0]!r} is in the header twice, under its name or an alias"
        raise SourceError(message, header.violations)
    if header.missing:
        # Without a known name the header may be a person's row: its values are not repeated.
        present = ", ".join(columns) if header.names else f"{len(columns)} other names, or no header line at all"
        message = (
            f"missing columns: {', '.join(header.missing)}; found: {present}. "
            f"A wrong delimiter looks like this too: schema {schema.name} says {schema.source.delimiter!r}; so does a "
            "title above the header: source.header_row names the line of the header"
        )
        raise SourceError(message, header.violations)
    return header


def unreadable_rows(raw: pd.DataFrame) -> dict[int, str]:
    """Row position → what is wrong, for rows that the source could not cut into columns."""
    if UNREADABLE not in raw:
        return {}
    return {row: str(reason) for row, reason in enumerate(raw[UNREADABLE]) if isinstance(reason, str)}
