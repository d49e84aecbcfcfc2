"""Whether a schema's parts fit together: names resolve, roles suit, nothing is asked for before it is known."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from delay_core.schema.base import closest_match
from delay_core.schema.derived import INPUT_ROLES

if TYPE_CHECKING:
    from delay_core.schema.shipment_schema import ShipmentSchema

RESERVED = frozenset({"shipment_id", "source_row", "late", "known_at", "probability", "prediction"})
"""Names that stand beside a table's own columns wherever accepted rows and predictions are kept."""

_Use = tuple[str, str, tuple[str, ...]]
"""Where a column is named, its name, and the roles that suit (none: all do)."""


def _for_outcomes(schema: "ShipmentSchema") -> Iterator[_Use]:
    label = schema.label
    if label.column is not None:
        yield "label.column", label.column, ("label",)
    if label.actual is not None and label.promised is not None:
        yield "label.actual", label.actual, ("timestamp",)
        yield "label.promised", label.promised, ("timestamp",)
    for i, name in enumerate(schema.group):
        yield f"group.{i}", name, ()


def _for_predictions(schema: "ShipmentSchema") -> Iterator[_Use]:
    yield "prediction_point.column", schema.prediction_point.column, ("timestamp",)
    for i, name in enumerate(schema.key):
        yield f"key.{i}", name, ()
    for i, part in enumerate(schema.calendar):
        yield f"calendar.{i}.column", part.column, ("timestamp",)
    for feature, derived in schema.derived.items():
        for name in derived.columns:
            yield f"derived.{feature}.{derived.kind}", name, INPUT_ROLES[derived.kind]


def _names_resolve(schema: "ShipmentSchema") -> Iterator[str]:
    excluded = [(f"exclude_where.{i}.column", rule.column) for i, rule in enumerate(schema.exclude_where)]
    used = [*_for_outcomes(schema), *_for_predictions(schema)]
    for where, name in [*excluded, *((where, name) for where, name, _ in used)]:
        if name not in schema.columns:
            yield f"{where}: no column {name!r}; {_instead(schema, name)}"


def _instead(schema: "ShipmentSchema", name: str) -> str:
    if name in schema.aliases:
        return f"that is an alias; name the column itself: {schema.aliases[name]!r}"
    like = closest_match(name, schema.columns)
    return f"did you mean {like!r}?" if like else f"columns are {', '.join(schema.columns)}"


def _roles_suit(schema: "ShipmentSchema") -> Iterator[str]:
    for where, name, roles in [*_for_outcomes(schema), *_for_predictions(schema)]:
        column = schema.columns.get(name)
        if column is not None and column.pii:
            yield f"{where}: column {name!r} is pii and is dropped at ingestion; name another column"
        elif column is not None and roles and column.role not in roles:
            yield f"{where}: column {name!r} has role {column.role}; it must be {' or '.join(roles)}"


def _known_in_time(schema: "ShipmentSchema") -> Iterator[str]:
    stage = schema.prediction_point.stage.value
    for where, name, _ in _for_predictions(schema):
        if name in schema.columns and schema.is_post_hoc(name):
            at = schema.columns[name].available_at.value
            yield (
                f"{where}: {name!r} is only known later, at {at}, after the prediction point ({stage}); "
                f"name a column that is known by then"
            )
    actual = schema.label.actual
    if actual in schema.columns and actual is not None and not schema.is_post_hoc(actual):
        yield (
            f"columns.{actual}.available_at: the label's actual date is the outcome itself; it must be known after "
            f"{stage}, the prediction point: delivered, say"
        )


def _something_to_learn_from(schema: "ShipmentSchema") -> Iterator[str]:
    if not schema.features and not schema.calendar and not schema.derived:
        yield "columns: no feature is left; a numeric or categorical column must be known in time"


def _labels_are_used(schema: "ShipmentSchema") -> Iterator[str]:
    named = schema.label.column
    if named is not None and (named not in schema.columns or schema.columns[named].role != "label"):
        return  # told already where the label names it
    for name, column in schema.columns.items():
        if column.role == "label" and name != named:
            yield f"columns.{name}.role: it is no label, for label.column does not name it; say ignored"


def _names_are_distinct(schema: "ShipmentSchema") -> Iterator[str]:
    names = [name for column in schema.columns.items() for name in (column[0], *column[1].aliases)]
    for name in _repeated(names):
        yield f"columns: {name} stands twice among names and aliases; a name means one column"
    for where, listed in (("key", schema.key), ("group", schema.group)):
        for name in _repeated(listed):
            yield f"{where}: a column stands twice, {name!r}; name each once"
    for name in sorted(set(schema.derived) & set(schema.columns)):
        yield f"derived.{name}: a column has this name already; choose another"
    parts = [f"{calendar.column}: {part}" for calendar in schema.calendar for part in calendar.parts]
    for name in _repeated([*parts, *schema.derived, *schema.columns, *schema.missing_reason_columns]):
        if name in parts or name in schema.missing_reason_columns:
            yield f"calendar, derived, columns: two features would be called {name!r}; name each once"
    for name in sorted(RESERVED & set(schema.persisted_columns)):
        yield f"columns.{name}: the product uses this name itself; give the column another, with this as alias"


def _repeated(names: Sequence[str]) -> list[str]:
    return sorted(name for name, count in Counter(names).items() if count > 1)


def _null_or_sentinel(schema: "ShipmentSchema") -> Iterator[str]:
    for name, column in schema.columns.items():
        for reason, value in column.sentinels.items():
            if value in schema.null_tokens(name):
                yield (
                    f"columns.{name}.sentinels.{reason}: {value!r} is a null token too, which says no reason; "
                    "take it from one of them"
                )


def _moments_are_certain(schema: "ShipmentSchema") -> Iterator[str]:
    zone = ZoneInfo(schema.source.timezone)
    limits = [
        (f"columns.{name}.{key}", moment)
        for name, column in schema.columns.items()
        for key, moment in (("earliest", column.earliest), ("latest", column.latest))
    ]
    for where, moment in [("snapshot", schema.snapshot), *limits]:
        if moment is not None and _skipped_or_repeated(moment, zone):
            yield (
                f"{where}: the clocks of {zone.key} skip or repeat {moment:%Y-%m-%d %H:%M}; "
                f"write its offset from UTC too: {moment:%Y-%m-%dT%H:%M}+01:00, say"
            )
    for name, column in schema.columns.items():
        if column.earliest and column.latest and _in_zone(column.earliest, zone) > _in_zone(column.latest, zone):
            yield (
                f"columns.{name}: earliest {column.earliest:%Y-%m-%d %H:%M} is after latest "
                f"{column.latest:%Y-%m-%d %H:%M}; exchange them, or leave one out"
            )


def _in_zone(moment: datetime, zone: ZoneInfo) -> datetime:
    return moment.replace(tzinfo=zone) if moment.tzinfo is None else moment


def _skipped_or_repeated(moment: datetime, zone: ZoneInfo) -> bool:
    """Where it matters which of two clocks was meant, their offsets differ."""
    local = _in_zone(moment, zone)
    return moment.tzinfo is None and local.utcoffset() != local.replace(fold=1).utcoffset()


CHECKS: tuple[Callable[["ShipmentSchema"], Iterator[str]], ...] = (
    _names_resolve,
    _roles_suit,
    _known_in_time,
    _labels_are_used,
    _something_to_learn_from,
    _names_are_distinct,
    _null_or_sentinel,
    _moments_are_certain,
)
