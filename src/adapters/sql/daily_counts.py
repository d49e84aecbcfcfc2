"""Counts per day and model version, kept with the predictions: a year of ten million is read in milliseconds."""

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple

from sqlalchemy import Connection, Date, case, func, insert, literal, select
from sqlalchemy.dialects import postgresql, sqlite

from adapters.sql.serving_tables import serving_daily, serving_logs
from delay_core.ports.prediction_log import DailyPredictions, LoggedPrediction

COUNTS = ("rows", "late", "errors", "scored", "probability_sum")
"""Columns that are added up."""

_UPSERTS = {}
for _name, _dialect in (("postgresql", postgresql), ("sqlite", sqlite)):
    _given = _dialect.insert(serving_daily)
    _UPSERTS[_name] = _given.on_conflict_do_update(
        index_elements=list(serving_daily.primary_key),
        set_={name: serving_daily.c[name] + _given.excluded[name] for name in COUNTS},
    )


class Key(NamedTuple):
    """What is counted apart; `day` is UTC."""

    day: date
    model_name: str
    model_version: int


class Counts(NamedTuple):
    """In the order of the columns. `scored` have a probability."""

    rows: int
    late: int
    errors: int
    scored: int
    probability_sum: float


def counted(predictions: Iterable[LoggedPrediction]) -> dict[Key, Counts]:
    """The counts of these predictions."""
    found: dict[Key, Counts] = {}
    for p in predictions:
        key = Key(p.predicted_at.date(), p.model_name, p.model_version)
        rows, late, errors, scored, total = found.get(key, (0, 0, 0, 0, 0.0))
        found[key] = Counts(
            rows + 1,
            late + (p.late is True),
            errors + (p.error is not None),
            scored + (p.probability is not None),
            total + (p.probability or 0.0),
        )
    return found


def add(connection: Connection, counts: Mapping[Key, Counts], slot: int, sign: int = 1) -> None:
    """Add the counts (sign -1: take them away), within the transaction that adds or deletes the predictions.

    Each writer has its slot, so that two of them do not wait for each other at every commit; keys go in order, so that
    no two can wait for each other in a circle.
    """
    if counts:
        connection.execute(
            _UPSERTS[connection.dialect.name],
            [
                {**key._asdict(), "slot": slot, **{n: sign * v for n, v in count._asdict().items()}}
                for key, count in sorted(counts.items())
            ],
        )


def daily(connection: Connection, since: date, until: date) -> list[DailyPredictions]:
    """Counts from `since` on and before `until`, by day, name and version."""
    keys = (serving_daily.c.day, serving_daily.c.model_name, serving_daily.c.model_version)
    sums = {name: func.sum(serving_daily.c[name]) for name in COUNTS}
    wanted = (
        select(*keys, *(total.label(name) for name, total in sums.items()))
        .where(serving_daily.c.day >= since, serving_daily.c.day < until)
        .group_by(*keys)
        .having(sums["rows"] > 0)
        .order_by(*keys)
    )
    return [
        DailyPredictions(
            day=row.day,
            model_name=row.model_name,
            model_version=row.model_version,
            rows=int(row.rows),
            late=int(row.late),
            errors=int(row.errors),
            mean_probability=min(max(row.probability_sum / int(row.scored), 0.0), 1.0) if row.scored else None,
        )
        for row in connection.execute(wanted)
    ]


def recount(connection: Connection, moment: datetime) -> None:
    """Count anew, now that every prediction before the moment has been deleted, in the same transaction."""
    day = moment.astimezone(UTC).date()
    if connection.dialect.name == "postgresql":
        # Whoever has added rows and not yet counted them waits: they are then either seen below or counted after us.
        connection.exec_driver_sql("LOCK TABLE serving_daily IN SHARE ROW EXCLUSIVE MODE")
    connection.execute(serving_daily.delete().where(serving_daily.c.day <= day))
    start = datetime(day.year, day.month, day.day, tzinfo=UTC)
    c = serving_logs.c
    rest = (
        select(
            literal(day, Date).label("day"),
            c.model_name,
            c.model_version,
            literal(0).label("slot"),
            func.count(),
            func.count(case((c.prediction == 1, 1))),
            func.count(c.error_message),
            func.count(c.probability),
            func.coalesce(func.sum(c.probability), 0.0),
        )
        .where(c.timestamp >= start, c.timestamp < start + timedelta(days=1))
        .group_by(c.model_name, c.model_version)
    )
    names = [column.name for column in serving_daily.c]
    connection.execute(insert(serving_daily).from_select(names, rest))
