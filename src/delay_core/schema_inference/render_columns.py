"""The columns of a draft as lines: one each where it fits, else a key a line."""

from collections.abc import Mapping, Sequence

from delay_core.schema_inference.describe import Entry
from delay_core.schema_inference.layout import WIDTH, Line
from delay_core.schema_inference.yaml_text import flow, scalar


def column_lines(entry: Entry) -> list[Line]:
    """The entry's lines, indented by two."""
    said = "; ".join(entry.notes)
    name = f"  {scalar(entry.name)}:"
    whole = f"{name} {flow(entry.keys)}"
    if len(whole) <= WIDTH:
        return [Line(whole, said)]
    return [Line(name, said), *keys_of(entry.keys)]


def keys_of(mapping: Mapping[str, object]) -> list[Line]:
    """The keys of an entry, a line each or more, indented by four."""
    return [line for key, value in mapping.items() for line in _key(key, value)]


def _key(key: str, value: object) -> list[Line]:
    whole = f"    {key}: {flow(value)}"
    if len(whole) <= WIDTH:
        return [Line(whole)]
    if isinstance(value, Mapping):
        return [Line(f"    {key}:"), *(Line(f"      {scalar(str(k))}: {flow(v)}") for k, v in value.items())]
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [Line(f"    {key}:"), *(Line(f"      - {flow(one)}") for one in value)]
    return [Line(whole)]
