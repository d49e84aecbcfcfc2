"""Whether the parts of a schema fit together: names resolve, roles fit, and inputs are known in time."""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple
from zoneinfo import ZoneInfo

from delay_core.reserved_names import RESERVED_NAMES
from delay_core.schema.actionable import actionable_mistakes
from delay_core.schema.base import closest_match
from delay_core.schema.derived import INPUT_ROLES
from delay_core.schema.split_date_checks import split_date_mistakes

if TYPE_CHECKING:
    from delay_core.schema.shipment_schema import ShipmentSchema

Mistakes = Iterator[str]


class _Reference(NamedTuple):
    """A key that names a column, and the roles that the column may have; no role means any."""

    key: str
    column: str
    roles: tuple[str, ...] = ()


_LABEL_ROLES = {
    "column": "label",
    "late_column": "label",
    "on_time_column": "label",
    "delay": "numeric",
    "actual": "timestamp",
    "promised": "timestamp",
}
"""The keys of the label that name a column, each with the role of that column."""


def _outcome_references(schema: "ShipmentSchema") -> Iterator[_Reference]:
    label = schema.label
    for key, role in _LABEL_ROLES.items():
        name = getattr(label, key)
        if name is not None:
            yield _Reference(f"label.{key}", name, (role,))
    for i, name in enumerate(schema.group):
        yield _Reference(f"group.{i}", name)


def _input_references(schema: "ShipmentSchema") -> Iterator[_Reference]:
    point = schema.prediction_point
    if point.column is not None:
        yield _Reference("prediction_point.column", point.column, ("timestamp",))
    if point.order_by is not None:
        yield _Reference("prediction_point.order_by", point.order_by, ("numeric", "identifier"))
    for i, name in enumerate(schema.key):
        yield _Reference(f"key.{i}", name)
    for i, part in enumerate(schema.calendar):
        yield _Reference(f"calendar.{i}.column", part.column, ("timestamp",))
    for feature, derived in schema.derived.items():
        for name in derived.columns:
            yield _Reference(f"derived.{feature}.{derived.kind}", name, INPUT_ROLES[derived.kind])


def _exclusion_references(schema: "ShipmentSchema") -> Iterator[_Reference]:
    for i, rule in enumerate(schema.exclude_where):
        yield _Reference(f"exclude_where.{i}.column", rule.column)


def _names_resolve(schema: "ShipmentSchema") -> Mistakes:
    for key, name, _ in (*_exclusion_references(schema), *_outcome_references(schema), *_input_references(schema)):
        if name not in schema.columns:
            yield f"{key}: no column {name!r}; {_alternative(schema, name)}{_order_hint(schema, key)}"


def _alternative(schema: "ShipmentSchema", name: str) -> str:
    if name in schema.aliases:
        return f"that is an alias; name the column itself: {schema.aliases[name]!r}"
    match = closest_match(name, schema.columns)
    return f"did you mean {match!r}?" if match else f"columns are {', '.join(schema.columns)}"


def _order_hint(schema: "ShipmentSchema", key: str) -> str:
    """What to do in a table without times."""
    if key != "prediction_point.column" or any(column.role == "timestamp" for column in schema.columns.values()):
        return ""
    return "; no column is a timestamp: name a whole number that increases with time in prediction_point.order_by"


def _roles_fit(schema: "ShipmentSchema") -> Mistakes:
    for key, name, roles in (*_outcome_references(schema), *_input_references(schema)):
        column = schema.columns.get(name)
        if column is not None and column.pii:
            yield f"{key}: column {name!r} is pii and is dropped at ingestion; name another column"
        elif column is not None and roles and column.role not in roles:
            hint = _order_hint(schema, key)
            yield f"{key}: column {name!r} has role {column.role}; it must be {' or '.join(roles)}{hint}"


def _distances_have_two_points(schema: "ShipmentSchema") -> Mistakes:
    for feature, derived in schema.derived.items():
        roles = [schema.columns[name].role for name in derived.haversine or () if name in schema.columns]
        if len(roles) < len(derived.haversine or ()) or not set(roles) <= {*INPUT_ROLES["haversine"]}:
            continue  # another check reports that
        point = "(coordinates|numeric numeric)"
        if roles and not re.fullmatch(f"{point} {point}", " ".join(roles)):
            yield (
                f"derived.{feature}.haversine: name two points, each as a column of coordinates or as a numeric "
                f"latitude and longitude; these columns are {', '.join(roles)}"
            )


def _inputs_are_known_in_time(schema: "ShipmentSchema") -> Mistakes:
    stage = schema.prediction_point.stage.value
    for key, name, _ in _input_references(schema):
        if name in schema.columns and schema.is_post_hoc(name):
            yield (
                f"{key}: {name!r} is only known later, at {schema.columns[name].available_at.value}, after the "
                f"prediction point ({stage}); name a column that is known by then"
            )
    for outcome, column in (("actual date", schema.label.actual), ("delay", schema.label.delay)):
        if column is not None and column in schema.columns and not schema.is_post_hoc(column):
            yield (
                f"columns.{column}.available_at: the label's {outcome} is the outcome itself; it must be known after "
                f"{stage}, the prediction point, for example delivered"
            )


def _recent_late_rates_are_of_the_prediction_point(schema: "ShipmentSchema") -> Mistakes:
    point = schema.prediction_point.column
    for i, calendar in enumerate(schema.calendar):
        if "recent_late_rate" in calendar.parts and calendar.column != point and point is not None:
            yield (
                f"calendar.{i}.parts: recent_late_rate is of outcomes known before the prediction point, {point!r}, "
                f"not before {calendar.column!r}; move it to {{column: {point}, parts: [recent_late_rate]}}"
            )


def _an_order_needs_no_time(schema: "ShipmentSchema") -> Mistakes:
    if schema.prediction_point.order_by is None:
        return
    label = schema.label
    keys = {
        "snapshot": schema.snapshot is not None,
        "label.actual, label.promised": label.kind == "dates",
        "label.known_after": label.is_set("known_after"),
        "calendar": bool(schema.calendar),
        **{f"derived.{name}.{derived.kind}": derived.needs_outcomes for name, derived in schema.derived.items()},
        **{f"columns.{name}.encode": column.encode == "late_rate" for name, column in schema.columns.items()},
    }
    for key, is_present in keys.items():
        if is_present:
            yield (
                f"{key}: needs the time of a prediction, and prediction_point.order_by is an order without times; "
                "remove it, or name a timestamp in prediction_point.column"
            )


def _a_feature_is_left(schema: "ShipmentSchema") -> Mistakes:
    if not schema.features and not schema.calendar and not schema.derived:
        yield "columns: no feature is left; a numeric or categorical column must be known in time"


def _labels_are_used(schema: "ShipmentSchema") -> Mistakes:
    labels = schema.label.label_columns
    if any(name not in schema.columns or schema.columns[name].role != "label" for name in labels):
        return  # another check reports that
    for name, column in schema.columns.items():
        if column.role == "label" and name not in labels:
            yield f"columns.{name}.role: it is not the label; name it in label.column, or use the role ignored"
        if column.role == "label" and schema.label.kind == "flags" and schema.label.late and not column.nullable:
            yield f"columns.{name}.nullable: it marks some shipments and is empty for the others; add nullable: true"


def _names_are_distinct(schema: "ShipmentSchema") -> Mistakes:
    for name in _repeated([name for column in schema.columns.items() for name in (column[0], *column[1].aliases)]):
        yield f"columns: {name} is used twice among names and aliases; a name must mean one column"
    for key, names in (("key", schema.key), ("group", schema.group)):
        for name in _repeated(names):
            yield f"{key}: column {name!r} is repeated; name each column once"
    for name in sorted(set(schema.derived) & set(schema.columns)):
        yield f"derived.{name}: a column has this name already; choose another"
    parts = [f"{calendar.column}: {part.replace('_', ' ')}" for calendar in schema.calendar for part in calendar.parts]
    for name in _repeated([*parts, *schema.derived, *schema.columns, *schema.missing_reason_columns]):
        if name in parts or name in schema.missing_reason_columns:
            yield f"calendar, derived, columns: two features have the name {name!r}; give each its own"
    for name in sorted(RESERVED_NAMES & set(schema.persisted_columns)):
        yield f"columns.{name}: the product has a column of this name; give yours another, and this one as alias"


def _repeated(names: Sequence[str]) -> list[str]:
    return sorted(name for name, count in Counter(names).items() if count > 1)


def _sentinels_are_no_null_tokens(schema: "ShipmentSchema") -> Mistakes:
    for name, column in schema.columns.items():
        for reason, value in column.sentinels.items():
            if value in schema.null_tokens(name):
                yield (
                    f"columns.{name}.sentinels.{reason}: {value!r} is also a null token, which has no reason; "
                    "remove it from one of them"
                )


def _moments_are_unambiguous(schema: "ShipmentSchema") -> Mistakes:
    zone = ZoneInfo(schema.source.timezone)
    limits = [
        (f"columns.{name}.{key}", moment)
        for name, column in schema.columns.items()
        for key, moment in (("earliest", column.earliest), ("latest", column.latest))
    ]
    for key, moment in [("snapshot", schema.snapshot), *limits]:
        if moment is not None and _is_skipped_or_repeated(moment, zone):
            yield (
                f"{key}: the clocks of {zone.key} skip or repeat {moment:%Y-%m-%d %H:%M}; "
                f"add its offset from UTC, for example {moment:%Y-%m-%dT%H:%M}+01:00"
            )
    for name, column in schema.columns.items():
        if column.earliest and column.latest and _in_zone(column.earliest, zone) > _in_zone(column.latest, zone):
            yield (
                f"columns.{name}: earliest {column.earliest:%Y-%m-%d %H:%M} is after latest "
                f"{column.latest:%Y-%m-%d %H:%M}; swap them, or remove one"
            )


def _in_zone(moment: datetime, zone: ZoneInfo) -> datetime:
    return moment.replace(tzinfo=zone) if moment.tzinfo is None else moment


def _is_skipped_or_repeated(moment: datetime, zone: ZoneInfo) -> bool:
    """Whether the offset of a local time depends on which of two clock times it means."""
    local = _in_zone(moment, zone)
    return moment.tzinfo is None and local.utcoffset() != local.replace(fold=1).utcoffset()


CHECKS: tuple[Callable[["ShipmentSchema"], Mistakes], ...] = (
    _names_resolve,
    split_date_mistakes,
    _roles_fit,
    _distances_have_two_points,
    _inputs_are_known_in_time,
    _labels_are_used,
    _recent_late_rates_are_of_the_prediction_point,
    _an_order_needs_no_time,
    _a_feature_is_left,
    _names_are_distinct,
    _sentinels_are_no_null_tokens,
    _moments_are_unambiguous,
    actionable_mistakes,
)
