"""The reference of the schema language for people, generated from the models that read it."""

import inspect
import re
from collections.abc import Iterator, Sequence
from enum import StrEnum
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic.fields import FieldInfo
from pydantic_core import to_jsonable_python

from delay_core.schema.base import SchemaModel, nested_model
from delay_core.schema.columns import OF_ONE_ROLE, Column, Stage
from delay_core.schema.consistency import RESERVED
from delay_core.schema.shipment_schema import ShipmentSchema
from delay_core.schema.types import DocType


def schema_reference() -> str:
    """The whole language as Markdown: every key with its type, default and meaning, and an example of each part.

    The first example of each section continues those before: together they are one schema.
    """
    parts = {key: field for key, field in ShipmentSchema.model_fields.items() if nested_model(field.annotation)}
    links = " · ".join(f"[{name}](#{name.lower().replace(' ', '-')})" for name in ("The schema", *parts, "Stages"))
    lines = [_INTRODUCTION, links, "", "## The schema", "", *_table(ShipmentSchema), *_example(""), _RESERVED]
    for key, field in parts.items():
        lines += ["", f"## {key}", "", *_part(field), *_example(key)]
    lines += ["", "## Stages", "", f"{inspect.getdoc(Stage)} What is known at a stage is known at all later ones.", ""]
    lines += ["| stage | what has happened |", "|---|---|", *(f"| `{stage}` | {stage.meaning} |" for stage in Stage)]
    return re.sub("\n\n\n+", "\n\n", "\n".join([*lines, *_example("stages")])).rstrip() + "\n"


def _part(field: FieldInfo) -> Iterator[str]:
    model = nested_model(field.annotation)
    if model is not None:
        shape = {tuple: "A list; each entry has these keys.", dict: "A mapping of names, each with these keys."}
        yield f"{inspect.getdoc(model)} {shape.get(_bare(field.annotation), '')}".strip()
        yield ""
        yield from _table(model)


def _table(model: type[SchemaModel]) -> Iterator[str]:
    yield from ("| key | holds | default | meaning |", "|---|---|---|---|")
    for key, field in model.model_fields.items():
        part = nested_model(field.annotation)
        holds = _shape(field.annotation, key) if part else _type(field.annotation, field.metadata)
        role = next((role for role, keys in OF_ONE_ROLE.items() if model is Column and key in keys), None)
        meaning = f"{field.description} Only of {role} columns." if role else str(field.description)
        cells = [cell.replace("|", "\\|") for cell in (f"`{key}`", holds, _default(field), meaning)]
        yield f"| {' | '.join(cells)} |"


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "**required**"
    if isinstance(field.default, SchemaModel):
        return "its own defaults"
    value = to_jsonable_python(field.default)
    return "—" if value in (None, "", [], {}) else f"`{_yaml(value)}`"


def _yaml(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return f"[{', '.join(map(_yaml, value))}]"
    return str(value) if re.fullmatch(r"[\w-]+", str(value)) else repr(value)


def _bare(annotation: Any) -> Any:
    """The type without `None` and without its parameters."""
    if get_origin(annotation) in (Union, UnionType):
        annotation = next(inner for inner in get_args(annotation) if inner is not NoneType)
    return get_origin(annotation) or annotation


def _shape(annotation: Any, key: str) -> str:
    shape = {tuple: "list of mappings", dict: "mapping of names"}.get(_bare(annotation), "mapping")
    return f"[{shape}](#{key})"


def _type(annotation: Any, metadata: Sequence[object] = ()) -> str:
    """A type in the words that people use, with its limits."""
    words = next((one.text for one in metadata if isinstance(one, DocType)), None) or _plain(annotation)
    found = ((text, getattr(one, key, None)) for one in metadata for key, text in _LIMITS.items())
    return ", ".join([words, *(text.format(limit) for text, limit in found if limit is not None)])


def _plain(annotation: Any) -> str:
    origin, inner = get_origin(annotation), get_args(annotation)
    if origin in (Union, UnionType):
        return next(_type(one) for one in inner if one is not NoneType)
    if origin is Annotated:
        return _type(inner[0], inner[1:])
    if origin is dict:
        return f"mapping of {_type(inner[0])} to {_type(inner[1])}"
    if origin is tuple:
        each = _type(inner[0])
        several = each.removeprefix("one of ") if get_origin(inner[0]) is Literal else f"{each}s"
        return f"list of {several}" if inner[1:] == (...,) else f"list of {len(inner)} {several}"
    if origin is Literal or issubclass(annotation, StrEnum):
        return f"one of {', '.join(f'`{_yaml(str(one))}`' for one in inner or annotation)}"
    return _WORDS[annotation]


_WORDS = {str: "text", int: "whole number", float: "number", bool: "true or false"}
_LIMITS = {"min_length": "length at least {}", "ge": "at least {}", "gt": "above {}"}


def _example(section: str) -> list[str]:
    return ["", *_EXAMPLES[section].strip("\n").split("\n"), ""]


_INTRODUCTION = """# The schema language

A schema is one YAML file that describes one kind of shipment table: what its columns hold, when each is known, and what
late means. Validation, features, requests and the model card all come from it; no code names a column.

- A key that this page does not list is refused, and so is one that stands twice. A mistake is answered by its place,
  what was found and what would be right: first all mistakes of spelling at once, then all of parts that do not fit
  together.
- Put a word of the table in quotes where YAML would read something else: `"yes"`, `"no"`, `"null"`, `"1.50"`, and
  what begins with `*`, `&`, `!`, `%` or `@`. Whole numbers need none. Anchors, aliases and tags of YAML are refused.
- Durations are ISO 8601: `PT2H` is two hours, `P3D` three days, `P1M` thirty days. Dates are `2024-01-31`, or
  `2024-01-31T08:30`, read in `source.timezone` where they name no offset.

The examples of this page, the first of each section, are one schema cut into its parts.
"""

_RESERVED = f"""The product uses these names itself, and no column that is kept may bear one:
{", ".join(f"`{name}`" for name in sorted(RESERVED))}.
Give the column another name, with the file's as an alias."""

_EXAMPLES = {
    "": """
```yaml part
name: sea_freight
version: 1
description: One row for each container, asked about when it is loaded.
snapshot: 2026-06-30
key: container
group: booking
```
""",
    "source": """
```yaml part
source:
  delimiter: ";"
  encoding: cp1252
  date_formats: [ISO8601, "%d.%m.%Y"]
  timezone: Europe/Berlin
  decimal: ","
  null_tokens: ["", n/a]
```
""",
    "prediction_point": """
```yaml part
prediction_point: {column: loaded, stage: dispatch}
```
""",
    "label": """
Two dates compared, a day of grace between them:

```yaml part
label: {actual: arrived, promised: promised, tolerance: P1D, known_after: P2D}
```

Or a column that says it, in words of its own:

```yaml part
label: {column: on time, late: ["no"], on_time: ["yes"], known_after: P14D}
columns:
  on time: {role: label, nullable: true, available_at: delivered}
```
""",
    "costs": """
```yaml part
costs: {missed_delay: 900, needless_action: 120, currency: EUR}
```
""",
    "exclude_where": """
```yaml part
exclude_where:
  - {column: state, equals: [cancelled, test]}
```
""",
    "calendar": """
```yaml part
calendar:
  - {column: loaded, parts: [weekday, month]}
```
""",
    "derived": """
```yaml part
derived:
  days allowed: {days: [loaded, promised]}
  distance: {haversine: [from latitude, from longitude, to latitude, to longitude]}
  value per kg: {ratio: [value, weight]}
  late rate of the carrier: {late_rate: carrier}
```
""",
    "columns": """
```yaml part
columns:
  container: {role: identifier}
  booking: {role: identifier}
  loaded: {role: timestamp, available_at: dispatch}
  promised: {role: timestamp, earliest: 2015-01-01}
  arrived: {role: timestamp, nullable: true, available_at: delivered}
  from latitude: {role: numeric, unit: degree, minimum: -90, maximum: 90}
  from longitude: {role: numeric, unit: degree, minimum: -180, maximum: 180}
  to latitude: {role: numeric, unit: degree, minimum: -90, maximum: 90}
  to longitude: {role: numeric, unit: degree, minimum: -180, maximum: 180}
  value: {role: numeric, unit: EUR, minimum: 0, strip: [€], nullable: true}
  weight:
    role: numeric
    unit: kg
    minimum: 0
    nullable: true
    sentinels: {weighed elsewhere: Weight Captured Separately, see another row: "See ASN*"}
    available_at: dispatch
  carrier: {role: categorical, aliases: [Carrier Name, CARRIER]}
  load: {role: categorical, categories: [full, part], unseen: refuse}
  state: {role: ignored}
  driver: {role: ignored, pii: true}
```
""",
    "stages": """
More of the `columns` above. Asked at `dispatch`, the model reads the first two and refuses the others:

```yaml part
  priority: {role: categorical, categories: [high, normal], available_at: order}
  seal: {role: categorical, available_at: dispatch}
  port delay: {role: numeric, unit: h, nullable: true, available_at: in_transit}
  damage: {role: categorical, nullable: true, available_at: delivered}
```
""",
}
"""By section, in the words of a freight forwarder; tests read them as one schema, of which each is a `part`."""
