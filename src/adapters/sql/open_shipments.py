"""Keeping `open_shipments` up to date with the prediction log, at no cost for its writers.

Writers keep the count of the predictions of each day in the transactions that add them (`serving_daily`). A day whose
count is the one of its last projection has no new prediction. Of a changed day, the predictions of the last minute are
read again; if they do not account for the count, because rows were added late, for example out of an outbox, the
whole day is. So it does not matter which process adds rows, of which version, in which order, or when it is killed.
"""

from collections.abc import Collection, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Connection,
    Table,
    and_,
    bindparam,
    case,
    delete,
    exists,
    func,
    literal,
    null,
    or_,
    select,
    update,
)
from sqlalchemy import tuple_ as row
from sqlalchemy.dialects import postgresql, sqlite

from adapters.sql.database import Database
from adapters.sql.postgresql.advisory_lock import lock_until_commit
from adapters.sql.serving_tables import open_shipments, outcomes, projected_days, serving_daily, serving_logs
from delay_core.ports.worklist import PromisedField

_LOCK = "open_shipments"
_TAIL = timedelta(minutes=1)
"""Predictions of this time are read again by the next projection: those of a running transaction are among them."""
_DAY = timedelta(days=1)
_open = open_shipments.c
_KEY = (_open.shipment_id, _open.model_name)
_POSITION = (_open.timestamp, _open.id)


def lock_projection(connection: Connection) -> None:
    """Until the transaction ends, no other one changes the projection. One that writes to SQLite is alone anyway."""
    if connection.dialect.name == "postgresql":
        lock_until_commit(connection, _LOCK)


def changed_days(connection: Connection, model_name: str, first: date) -> list[date]:
    """The days from the first on whose number of predictions is another one than at their last projection."""
    totals = (
        select(serving_daily.c.day, func.sum(serving_daily.c.rows).label("rows"))
        .where(serving_daily.c.model_name == model_name, serving_daily.c.day >= first)
        .group_by(serving_daily.c.day)
        .subquery()
    )
    known = projected_days.c
    query = (
        select(totals.c.day)
        .outerjoin_from(totals, projected_days, and_(known.day == totals.c.day, known.model_name == model_name))
        .where(or_(known.rows.is_(None), known.rows != totals.c.rows))
        .order_by(totals.c.day.desc())  # the newest first: older predictions of their shipments are not written
    )
    return list(connection.scalars(query))


def project_day(database: Database, model_name: str, day: date, promised: PromisedField | None, now: datetime) -> None:
    """Take in the predictions of a day, in a transaction of its own."""
    with database.begin(f"project the predictions of {day}") as connection:
        lock_projection(connection)
        known = projected_days.c
        state = connection.execute(
            select(known.settled_until, known.settled_rows).where(known.model_name == model_name, known.day == day)
        ).first()
        range_ = _Range.of_day(model_name, day)
        settled_rows = 0
        if state is not None:
            range_, settled_rows = range_._replace(since=state.settled_until), state.settled_rows
        settled_until = _settled_until(range_, now)
        counts = _count(connection, range_, settled_until)
        if settled_rows + counts.rows != counts.total:
            range_ = _Range.of_day(model_name, day)
            settled_until = _settled_until(range_, now)
            counts = _count(connection, range_, settled_until)
        _take_in(connection, range_, promised)
        values = {
            "model_name": model_name,
            "day": day,
            "rows": counts.total,
            "settled_until": settled_until,
            "settled_rows": counts.total - counts.tail,
        }
        upsert = _insert(connection, projected_days).values(values)
        connection.execute(
            upsert.on_conflict_do_update(
                index_elements=["model_name", "day"],
                set_={name: upsert.excluded[name] for name in ("rows", "settled_until", "settled_rows")},
            )
        )


def forget(connection: Connection, shipment_id: str) -> None:
    """Remove an erased shipment; to be called in the transaction that deletes its predictions, before it does."""
    lock_projection(connection)
    connection.execute(delete(open_shipments).where(_open.shipment_id == shipment_id))


def project_again(connection: Connection, days: Collection[date]) -> None:
    """Let the next projection read these days completely: their counts changed by deleted predictions."""
    connection.execute(delete(projected_days).where(projected_days.c.day.in_(days)))


def forget_before(connection: Connection, moment: datetime) -> None:
    """Remove shipments whose newest prediction is from before the moment: retention has deleted it."""
    lock_projection(connection)
    connection.execute(delete(open_shipments).where(_open.timestamp < moment))
    connection.execute(delete(projected_days).where(projected_days.c.day <= moment.astimezone(UTC).date()))


class _Range(NamedTuple):
    """The predictions of a model within a day, from a time on."""

    model_name: str
    day: date
    since: datetime
    until: datetime

    @classmethod
    def of_day(cls, model_name: str, day: date) -> "_Range":
        start = datetime(day.year, day.month, day.day, tzinfo=UTC)
        return cls(model_name, day, start, start + _DAY)

    @property
    def conditions(self) -> tuple[ColumnElement[bool], ...]:
        """The name within a function, or SQLite would read all predictions of the model in the index that has it."""
        logs = serving_logs.c
        name = func.coalesce(logs.model_name, "")
        return name == self.model_name, logs.timestamp >= self.since, logs.timestamp < self.until


class _Counts(NamedTuple):
    """Of one moment: the predictions of the day by its counters, those of a range, and those of its tail."""

    total: int
    rows: int
    tail: int


def _settled_until(range_: _Range, now: datetime) -> datetime:
    """Before this time within the range, no prediction is expected any more."""
    return max(range_.since, min(now - _TAIL, range_.until))


def _count(connection: Connection, range_: _Range, tail_since: datetime) -> _Counts:
    total = (
        select(func.coalesce(func.sum(serving_daily.c.rows), 0))
        .where(serving_daily.c.model_name == range_.model_name, serving_daily.c.day == range_.day)
        .scalar_subquery()
    )
    in_tail = func.count(case((serving_logs.c.timestamp >= tail_since, 1)))
    counted = select(total, func.count(), in_tail).select_from(serving_logs).where(*range_.conditions)
    return _Counts(*map(int, connection.execute(counted).one()))


def _take_in(connection: Connection, range_: _Range, promised: PromisedField | None) -> None:
    """Write the newest predictions of the range that are newer than those of the projection.

    Read after the count: a prediction that is added in between is taken in, and changes the count for the next time.
    """
    logs = serving_logs.c
    rank = func.row_number().over(partition_by=logs.shipment_id, order_by=(logs.timestamp.desc(), logs.id.desc()))
    ranked = (
        select(
            logs.shipment_id, logs.timestamp, logs.id, logs.point, logs.probability, logs.model_version,
            rank.label("rank"),
        )
        .where(*range_.conditions, logs.shipment_id.is_not(None), logs.probability.is_not(None))
        .subquery("ranked")
    )  # fmt: skip
    new = ranked.c
    is_resolved = exists().where(outcomes.c.shipment_id == new.shipment_id)
    is_known = exists().where(
        _open.shipment_id == new.shipment_id,
        _open.model_name == range_.model_name,
        row(*_POSITION) >= row(new.timestamp, new.id),
    )
    newest = select(
        new.shipment_id,
        literal(range_.model_name, _open.model_name.type),
        new.timestamp,
        new.id,
        new.point,
        case((new.point > new.timestamp, new.point), else_=new.timestamp),
        new.probability,
        new.model_version,
        _promised(new.timestamp, new.id, promised),
        new.point,
    ).where(new.rank == 1, ~is_resolved, ~is_known)
    columns = [
        "shipment_id", "model_name", "timestamp", "id", "point", "active_at", "probability", "model_version",
        "promised", "due_at",
    ]  # fmt: skip
    insert = _insert(connection, open_shipments).from_select(columns, newest)
    upsert = insert.on_conflict_do_update(
        index_elements=list(_KEY), set_={name: insert.excluded[name] for name in columns[2:]}
    )
    if promised is None:
        connection.execute(upsert)
    else:
        written = connection.execute(upsert.returning(_open.shipment_id, _open.promised)).all()
        _write_due_times(connection, range_.model_name, promised, dict(map(tuple, written)))


def _promised(
    timestamp: ColumnElement[datetime], prediction_id: ColumnElement[object], promised: PromisedField | None
) -> ColumnElement[Any]:
    """The text of the field of a prediction's shipment; read of the few rows that are written."""
    if promised is None:
        return null()
    logs = serving_logs.alias("promises").c
    value = logs.request_data[promised.name].as_string()
    return select(value).where(logs.timestamp == timestamp, logs.id == prediction_id).scalar_subquery()


def _write_due_times(
    connection: Connection, model_name: str, promised: PromisedField, texts: Mapping[str, str | None]
) -> None:
    """Replace the prediction points of these shipments by the promised times, where those can be read."""
    sent = {shipment_id: text for shipment_id, text in texts.items() if text is not None}
    times = zip(sent, promised.read(list(sent.values())), strict=True)
    rows = [{"of_shipment": shipment_id, "promised_at": time} for shipment_id, time in times if time is not None]
    if rows:
        statement = update(open_shipments).where(
            _open.model_name == model_name, _open.shipment_id == bindparam("of_shipment")
        )
        connection.execute(statement.values(due_at=bindparam("promised_at")), rows)


def _insert(connection: Connection, table: Table) -> Any:
    return (sqlite if connection.dialect.name == "sqlite" else postgresql).insert(table)
