"""Open shipments in PostgreSQL or SQLite: a projection of the prediction log beside it."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Double,
    RowMapping,
    Select,
    and_,
    cast,
    delete,
    exists,
    func,
    literal,
    null,
    or_,
    select,
    union_all,
)
from sqlalchemy.sql.base import ReadOnlyColumnCollection

from adapters.sql.action_log import NEWEST_FIRST
from adapters.sql.column_types import SanitizedText
from adapters.sql.database import Database
from adapters.sql.open_shipments import changed_days, lock_projection, project_day
from adapters.sql.serving_tables import actions, open_shipments, outcomes, serving_logs
from delay_core.ports import worklist as port
from delay_core.ports.action_log import ActionKind
from delay_core.ports.worklist import OpenShipment, OpenShipments, PromisedField, WorklistFilter, WorklistPosition

_open = open_shipments.c
_IS_RESOLVED = exists().where(outcomes.c.shipment_id == _open.shipment_id)
_ANY_OUTCOME = (
    select(outcomes.c.late)
    .where(outcomes.c.shipment_id == _open.shipment_id)
    .limit(1)
    .correlate(open_shipments)
    .scalar_subquery()
)
"""None without an outcome. The limit keeps PostgreSQL from reading all outcomes for a join: it probes the index for
each open shipment, of which there are few."""
_LAST_ACTION = (
    select(actions.c.kind)
    .where(actions.c.shipment_id == _open.shipment_id)
    .order_by(*NEWEST_FIRST)
    .limit(1)
    .correlate(open_shipments)
    .scalar_subquery()
)

_FIELDS = {
    "shipment_id": _open.shipment_id,
    "prediction_id": _open.id,
    "predicted_at": _open.timestamp,
    "point": _open.point,
    "due_at": _open.due_at,
    "model_version": _open.model_version,
    "probability": _open.probability,
}
"""The columns of an OpenShipment; its last action follows."""
_PAGE, _HIGHEST, _DUE_FIRST, _TOTAL = range(4)
"""Of what a row is a part: a shipment, or its probability, or the number of shipments in the column of it."""


class Worklist(port.Worklist):
    """The tables `open_shipments` and `projected_days`. Safe to share between threads."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def refresh(self, model_name: str, promised: PromisedField | None, active_since: datetime, now: datetime) -> None:
        with self._database.connect("compare the worklist with the prediction log") as connection:
            days = changed_days(connection, model_name, active_since.date())
        for day in days:
            project_day(self._database, model_name, day, promised, now)

    def read(
        self, conditions: WorklistFilter, limit: int, capacity: int, after: WorklistPosition | None = None
    ) -> OpenShipments:
        values: dict[int, list[float]] = {part: [] for part in (_HIGHEST, _DUE_FIRST, _TOTAL)}
        page = []
        with self._database.connect("read the worklist") as connection:
            for row in connection.execute(_parts(conditions, limit, capacity, after)).mappings():
                if row["part"] == _PAGE:
                    page.append(_to_shipment(row))
                else:
                    values[row["part"]].append(row["probability"])
        # UNION ALL keeps no order.
        page.sort(key=lambda one: (-one.probability, one.prediction_id))
        return OpenShipments(page, int(values[_TOTAL][0]), sorted(values[_HIGHEST], reverse=True), values[_DUE_FIRST])

    def drop_closed(self, model_name: str, active_since: datetime) -> int:
        has_prediction = exists().where(serving_logs.c.timestamp == _open.timestamp, serving_logs.c.id == _open.id)
        is_closed = or_(_open.active_at < active_since, _IS_RESOLVED, ~has_prediction)
        with self._database.begin("drop closed shipments from the worklist") as connection:
            lock_projection(connection)
            return connection.execute(delete(open_shipments).where(_open.model_name == model_name, is_closed)).rowcount


def _to_shipment(row: RowMapping) -> OpenShipment:
    kind = row["last_action"]
    return OpenShipment(**{name: row[name] for name in _FIELDS}, last_action=None if kind is None else ActionKind(kind))


def _parts(
    conditions: WorklistFilter, limit: int, capacity: int, after: WorklistPosition | None
) -> CompoundSelect[Any]:
    """The rows of the page, of the plan and of the total, in one statement: each shipment is looked up once for all."""
    matching = (
        select(_open.shipment_id, _open.id, _open.probability, _open.due_at)
        .where(*_where(conditions), _ANY_OUTCOME.is_(None))
        .cte("matching")
        .c
    )
    order = matching.probability.desc(), matching.id
    by_due_time = matching.due_at.is_(None), matching.due_at, *order
    page = select(matching.shipment_id).where(*_after(after, matching)).order_by(*order).limit(limit).subquery()
    fields = (column.label(name) for name, column in _FIELDS.items())
    details = select(literal(_PAGE).label("part"), *fields, _LAST_ACTION.label("last_action")).join_from(
        page, open_shipments, and_(_open.shipment_id == page.c.shipment_id, _open.model_name == conditions.model_name)
    )
    return union_all(
        details,
        _plan_part(_HIGHEST, select(matching.probability).order_by(*order).limit(capacity)),
        _plan_part(_DUE_FIRST, select(matching.probability).order_by(*by_due_time).limit(capacity)),
        _plan_part(_TOTAL, select(cast(func.count(matching.id), Double).label("probability"))),
    )


def _plan_part(part: int, values: Select[Any]) -> Select[Any]:
    """The values as probabilities, in rows with as many columns as those of the page."""
    of_part = values.subquery().c.probability
    columns = [of_part if column is _open.probability else cast(null(), column.type) for column in _FIELDS.values()]
    return select(literal(part), *columns, cast(null(), actions.c.kind.type))


def _after(
    position: WorklistPosition | None, matching: ReadOnlyColumnCollection[str, Any]
) -> Iterator[ColumnElement[bool]]:
    if position is not None:
        probability, prediction_id = position
        yield or_(
            matching.probability < probability,
            and_(matching.probability == probability, matching.id > prediction_id),
        )


def _where(conditions: WorklistFilter) -> list[ColumnElement[bool]]:
    clauses = [and_(_open.model_name == conditions.model_name, _open.active_at >= conditions.active_since)]
    if conditions.model_version is not None:
        clauses.append(_open.model_version == conditions.model_version)
    if conditions.min_probability is not None:
        clauses.append(_open.probability >= conditions.min_probability)
    if conditions.below_probability is not None:
        clauses.append(_open.probability < conditions.below_probability)
    if conditions.point_since is not None:
        clauses.append(_open.point >= conditions.point_since)
    if conditions.point_until is not None:
        clauses.append(_open.point < conditions.point_until)
    if conditions.shipment_id_prefix is not None:
        # LIKE of SQLite ignores case.
        length = len(conditions.shipment_id_prefix)
        start = func.substr(_open.shipment_id, 1, length, type_=SanitizedText)
        clauses.append(start == conditions.shipment_id_prefix)
    if conditions.last_actions is not None:
        kinds = ["" if kind is None else kind.value for kind in conditions.last_actions]
        clauses.append(func.coalesce(_LAST_ACTION, "").in_(kinds))
    return clauses
