"""Open shipments in PostgreSQL or SQLite: a projection of the prediction log beside it."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, and_, delete, exists, func, or_, select

from adapters.sql.action_log import NEWEST_FIRST
from adapters.sql.column_types import SanitizedText
from adapters.sql.database import Database
from adapters.sql.open_shipments import changed_days, lock_projection, project_day
from adapters.sql.serving_tables import actions, open_shipments, outcomes, serving_logs
from delay_core.ports import worklist as port
from delay_core.ports.action_log import ActionKind
from delay_core.ports.worklist import OpenShipment, WorklistFilter

_open = open_shipments.c
_KINDS = {kind.value: kind for kind in ActionKind}
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


class Worklist(port.Worklist):
    """The tables `open_shipments` and `projected_days`. Safe to share between threads."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def refresh(self, model_name: str, promised_field: str | None, active_since: datetime, now: datetime) -> None:
        with self._database.connect("compare the worklist with the prediction log") as connection:
            days = changed_days(connection, model_name, active_since.date())
        for day in days:
            project_day(self._database, model_name, day, promised_field, now)

    def read(self, conditions: WorklistFilter) -> Sequence[OpenShipment]:
        query = (
            select(
                _open.shipment_id,
                _open.id,
                _open.timestamp,
                _open.point,
                _open.model_version,
                _open.probability,
                _open.promised,
                _LAST_ACTION,
            )
            .where(*_where(conditions), _ANY_OUTCOME.is_(None))
            .order_by(_open.probability.desc(), _open.id)
        )
        with self._database.connect("read the worklist") as connection:
            # Unpacked, since there may be tens of thousands: mappings would take as long as everything else.
            return [
                OpenShipment(
                    shipment_id, row_id, at, point, version, p, promised, None if kind is None else _KINDS[kind]
                )
                for shipment_id, row_id, at, point, version, p, promised, kind in connection.execute(query)
            ]

    def drop_closed(self, model_name: str, active_since: datetime) -> int:
        has_prediction = exists().where(serving_logs.c.timestamp == _open.timestamp, serving_logs.c.id == _open.id)
        is_closed = or_(_open.active_at < active_since, _IS_RESOLVED, ~has_prediction)
        with self._database.begin("drop closed shipments from the worklist") as connection:
            lock_projection(connection)
            return connection.execute(delete(open_shipments).where(_open.model_name == model_name, is_closed)).rowcount


def _where(conditions: WorklistFilter) -> list[ColumnElement[bool]]:
    clauses = [and_(_open.model_name == conditions.model_name, _open.active_at >= conditions.active_since)]
    if conditions.min_probability is not None:
        clauses.append(_open.probability >= conditions.min_probability)
    if conditions.point_since is not None:
        clauses.append(_open.point >= conditions.point_since)
    if conditions.point_until is not None:
        clauses.append(_open.point < conditions.point_until)
    if conditions.shipment_id_prefix is not None:
        # LIKE of SQLite ignores case.
        length = len(conditions.shipment_id_prefix)
        start = func.substr(_open.shipment_id, 1, length, type_=SanitizedText)
        clauses.append(start == conditions.shipment_id_prefix)
    return clauses
