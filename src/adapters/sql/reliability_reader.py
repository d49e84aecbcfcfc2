"""Counts of predictions with known outcomes by bands of probability, in one statement for each window."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, case, exists, func, literal, select

from adapters.sql import daily_counts
from adapters.sql.database import Database
from adapters.sql.outcome_join import RECORD_ORDER
from adapters.sql.serving_tables import actions, outcomes, serving_logs
from adapters.sql.window_reading import is_below
from delay_core.ports import reliability_reader as port
from delay_core.ports.action_log import ActionKind
from delay_core.ports.reliability_reader import BAND_EDGES, BandCounts, WindowCounts
from delay_core.uuid7 import sample_limit

_logs = serving_logs.c


class ReliabilityReader(port.ReliabilityReader):
    """The tables `serving_logs`, `serving_daily`, `outcomes` and `actions`. Safe to share between threads."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def count(self, model_name: str, since: datetime, until: datetime, max_rows: int) -> WindowCounts:
        with self._database.connect("count predictions with known outcomes") as connection:
            days = daily_counts.read(connection, since.date(), until.date())
            rows = sum(day.rows for day in days if day.model_name == model_name)
            conditions = [_logs.model_name == model_name, _logs.timestamp >= since, _logs.timestamp < until]
            if rows > max_rows:
                conditions.append(is_below(connection, sample_limit(rows, max_rows)))
            return _to_counts(rows, connection, _by_band(conditions))


def _by_band(conditions: list[ColumnElement[bool]]) -> Select[Any]:
    """The counts of each band; the outcome of a shipment is looked up by the key of its records."""
    current = (
        select(outcomes.c.late)
        .where(outcomes.c.shipment_id == _logs.shipment_id)
        .order_by(*(column.desc() for column in RECORD_ORDER))
        .limit(1)
        .scalar_subquery()
    )
    acted_on = exists().where(actions.c.shipment_id == _logs.shipment_id, actions.c.kind == ActionKind.ACTED.value)
    probability = _logs.probability
    rows = (
        select(
            case(
                *((probability >= edge, literal(band)) for band, edge in reversed([*enumerate(BAND_EDGES, 1)])), else_=0
            ).label("band"),
            probability.label("probability"),
            case((acted_on, 1), else_=0).label("acted_on"),
            case((current.is_(True), 1), (current.is_(False), 0), else_=None).label("late"),
        )
        .where(*conditions, probability.is_not(None))
        .subquery()
    )
    counted = and_(rows.c.late.is_not(None), rows.c.acted_on == 0)
    return select(
        rows.c.band,
        func.count().label("rows"),
        func.coalesce(func.sum(rows.c.acted_on), 0).label("acted_on"),
        func.count(case((counted, 1))).label("known"),
        func.count(case((and_(counted, rows.c.late == 1), 1))).label("late"),
        func.coalesce(func.sum(case((counted, rows.c.probability))), 0.0).label("probability_sum"),
    ).group_by(rows.c.band)


def _to_counts(rows: int, connection: Connection, query: Select[Any]) -> WindowCounts:
    bands = connection.execute(query.order_by("band")).all()
    return WindowCounts(
        rows=rows,
        sampled_rows=sum(band.rows for band in bands),
        acted_on=sum(int(band.acted_on) for band in bands),
        bands=tuple(
            BandCounts(int(band.band), band.known, band.late, float(band.probability_sum))
            for band in bands
            if band.known
        ),
    )
