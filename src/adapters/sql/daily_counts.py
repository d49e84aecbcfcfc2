"""Counts per day and model version, updated with the predictions: a year of ten million rows takes milliseconds."""

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple

from sqlalchemy import Connection, Date, case, func, insert, literal, select
from sqlalchemy.dialects import postgresql, sqlite

from adapters.sql.serving_tables import serving_daily, serving_logs
from delay_core.ports.prediction_log import LoggedPrediction
from delay_core.ports.prediction_reader import DailyPredictions

COUNT_COLUMNS = ("rows", "late", "errors", "scored", "probability_sum")
"""The columns that are summed up."""

_UPSERTS = {}
for _name, _dialect in (("postgresql", postgresql), ("sqlite", sqlite)):
    _insert = _dialect.insert(serving_daily)
    _UPSERTS[_name] = _insert.on_conflict_do_update(
        index_elements=list(serving_daily.primary_key),
        set_={name: serving_daily.c[name] + _insert.excluded[name] for name in COUNT_COLUMNS},
    )


class DailyKey(NamedTuple):
    """What the counts are grouped by; `day` is UTC."""

    day: date
    model_name: str
    model_version: int


class DailyTotals(NamedTuple):
    """The counts, in the order of COUNT_COLUMNS. `scored` is the number of rows with a probability."""

    rows: int
    late: int
    errors: int
    scored: int
    probability_sum: float


def aggregate_by_day(predictions: Iterable[LoggedPrediction]) -> dict[DailyKey, DailyTotals]:
    """The counts of these predictions."""
    sums: dict[tuple[date, str, int], list[float]] = {}
    for p in predictions:
        key = (p.predicted_at.date(), p.model_name, p.model_version)
        of_key = sums.get(key)
        if of_key is None:
            of_key = sums[key] = [0, 0, 0, 0, 0.0]
        of_key[0] += 1
        of_key[1] += p.late is True
        of_key[2] += p.error is not None
        if p.probability is not None:
            of_key[3] += 1
            of_key[4] += p.probability
    return {
        DailyKey(*key): DailyTotals(int(rows), int(late), int(errors), int(scored), probability_sum)
        for key, (rows, late, errors, scored, probability_sum) in sums.items()
    }


def upsert(connection: Connection, counts: Mapping[DailyKey, DailyTotals], slot: int, sign: int = 1) -> None:
    """Add the counts (sign -1: subtract them), within the transaction that inserts or deletes the predictions.

    Each writer has its slot, so that two writers do not wait for each other at every commit. Keys are sorted, so that
    no two writers deadlock.
    """
    if counts:
        connection.execute(
            _UPSERTS[connection.dialect.name],
            [
                {**key._asdict(), "slot": slot, **{name: sign * total for name, total in totals._asdict().items()}}
                for key, totals in sorted(counts.items())
            ],
        )


def read(connection: Connection, since: date, until: date) -> list[DailyPredictions]:
    """Counts from `since` on and before `until`, by day, name and version."""
    keys = (serving_daily.c.day, serving_daily.c.model_name, serving_daily.c.model_version)
    sums = {name: func.sum(serving_daily.c[name]) for name in COUNT_COLUMNS}
    query = (
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
        for row in connection.execute(query)
    ]


def rebuild(connection: Connection, moment: datetime) -> None:
    """Recount up to the moment's day, whose predictions from before the moment are deleted.

    Partitions of earlier months may still exist: their predictions are not counted any more.
    """
    day = moment.astimezone(UTC).date()
    if connection.dialect.name == "postgresql":
        # A writer that has inserted rows and not counted them yet waits: the query below sees its rows, or it counts
        # them after this transaction.
        connection.exec_driver_sql("LOCK TABLE serving_daily IN SHARE ROW EXCLUSIVE MODE")
    connection.execute(serving_daily.delete().where(serving_daily.c.day <= day))
    start = datetime(day.year, day.month, day.day, tzinfo=UTC)
    logs = serving_logs.c
    remaining = (
        select(
            literal(day, Date).label("day"),
            logs.model_name,
            logs.model_version,
            literal(0).label("slot"),
            func.count(),
            func.count(case((logs.prediction == 1, 1))),
            func.count(logs.error_message),
            func.count(logs.probability),
            func.coalesce(func.sum(logs.probability), 0.0),
        )
        .where(logs.timestamp >= start, logs.timestamp < start + timedelta(days=1))
        .group_by(logs.model_name, logs.model_version)
    )
    columns = [column.name for column in serving_daily.c]
    connection.execute(insert(serving_daily).from_select(columns, remaining))
