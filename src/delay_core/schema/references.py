"""Whether a schema's parts fit together: names resolve, roles suit, nothing is asked for before it is known."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from delay_core.schema.derived import ROLES_OF

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
            yield f"derived.{feature}.{derived.kind}", name, ROLES_OF[derived.kind]


def _names_resolve(schema: "ShipmentSchema") -> None:
    excluded = [(f"exclude_where.{i}.column", rule.column) for i, rule in enumerate(schema.exclude_where)]
    used = [*_for_outcomes(schema), *_for_predictions(schema)]
    for where, name in [*excluded, *((where, name) for where, name, _ in used)]:
        if name not in schema.columns:
            raise ValueError(f"{where}: no column {name!r}; columns are {', '.join(schema.columns)}")
    for where, name, roles in used:
        column = schema.columns[name]
        if roles and column.role not in roles:
            raise ValueError(f"{where}: column {name!r} has role {column.role}; it must be {' or '.join(roles)}")
        if column.pii:
            raise ValueError(f"{where}: column {name!r} is pii and is dropped at ingestion; name another column")


def _known_in_time(schema: "ShipmentSchema") -> None:
    for where, name, _ in _for_predictions(schema):
        if schema.is_posthoc(name):
            raise ValueError(f"{where}: {name!r} is only known later, after the prediction point")
    actual = schema.label.actual
    if actual is not None and not schema.is_posthoc(actual):
        stage = schema.prediction_point.stage.value
        raise ValueError(
            f"columns.{actual}.available_at: the label's actual date is the outcome itself; it must be known after "
            f"{stage}, the prediction point: delivered, say"
        )


def _something_to_learn_from(schema: "ShipmentSchema") -> None:
    if not schema.features and not schema.calendar and not schema.derived:
        raise ValueError("columns: no feature is left; a numeric or categorical column must be known in time")


def _labels_are_used(schema: "ShipmentSchema") -> None:
    for name, column in schema.columns.items():
        if column.role == "label" and name != schema.label.column:
            raise ValueError(f"columns.{name}.role: it is no label, for label.column does not name it; say ignored")


def _names_are_distinct(schema: "ShipmentSchema") -> None:
    names = [name for column in schema.columns.items() for name in (column[0], *column[1].aliases)]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise ValueError(f"columns: {', '.join(twice)} stands twice among names and aliases")
    for where, listed in (("key", schema.key), ("group", schema.group)):
        if len(set(listed)) < len(listed):
            raise ValueError(f"{where}: a column stands twice; name each once")
    clash = sorted(set(schema.derived) & set(schema.columns))
    if clash:
        raise ValueError(f"derived.{clash[0]}: a column has this name already; choose another")
    taken = sorted(RESERVED & set(schema.stored))
    if taken:
        raise ValueError(
            f"columns.{taken[0]}: the product uses this name itself; give the column another, with this as alias"
        )


CHECKS: tuple[Callable[["ShipmentSchema"], None], ...] = (
    _names_resolve,
    _known_in_time,
    _labels_are_used,
    _something_to_learn_from,
    _names_are_distinct,
)
