"""Whether the split dates of a schema fit its columns."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from delay_core.parsing.date_formats import may_be_day
from delay_core.schema.base import closest_match

if TYPE_CHECKING:
    from delay_core.schema.shipment_schema import ShipmentSchema


def split_date_mistakes(schema: "ShipmentSchema") -> Iterator[str]:
    """Whether each split date is a timestamp column, and its parts are other columns that are known in time."""
    for name, split in schema.split_dates.items():
        column = schema.columns.get(name)
        if column is None:
            yield f"split_dates.{name}: no column {name!r}; declare it in columns, with the role timestamp"
            continue
        if column.role != "timestamp":
            yield f"split_dates.{name}: column {name!r} has role {column.role}; it must be timestamp"
        if column.aliases or column.null_tokens is not None:
            yield f"columns.{name}: no file has this column; give aliases and null_tokens to its parts"
        if split.date is not None and not any(map(may_be_day, schema.source.date_formats)):
            formats = " and ".join(schema.source.date_formats)
            yield (
                f"split_dates.{name}.date: source.date_formats has only {formats}, which are moments; add the format "
                f"of the days in {split.date!r}"
            )
        for part, source in split.parts.items():
            yield from _part_mistakes(schema, name, part, source)
    for i, rule in enumerate(schema.exclude_where):
        if rule.column in schema.split_dates:
            yield f"exclude_where.{i}.column: {rule.column!r} is composed of other columns; name one of those"


def _part_mistakes(schema: "ShipmentSchema", name: str, part: str, source: str) -> Iterator[str]:
    key, column = f"split_dates.{name}.{part}", schema.columns.get(source)
    if column is None:
        match = closest_match(source, schema.columns)
        hint = f"did you mean {match!r}?" if match else "declare it in columns, for example with the role ignored"
        yield f"{key}: no column {source!r}; {hint}"
    elif source in schema.split_dates:
        yield f"{key}: {source!r} is composed of other columns itself; name a column of the file"
    elif column.pii:
        yield f"{key}: column {source!r} is pii and is dropped at ingestion; name another column"
    elif part in ("time", "hour", "minute") and source in schema.features and schema.is_post_hoc(name):
        stage = schema.columns[name].available_at.value
        yield f"{key}: {source!r} is known at {stage}, as {name!r} is; set its available_at, or the role ignored"
