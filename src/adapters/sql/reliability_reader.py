"""Counts of predictions with known outcomes by bands of probability, in one statement for each window."""

import math
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    FromClause,
    Integer,
    Select,
    Subquery,
    and_,
    case,
    cast,
    func,
    literal,
    select,
)

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
            in_window = and_(_logs.timestamp >= since, _logs.timestamp < until)
            table: FromClause = serving_logs
            if rows > max_rows:
                limit = sample_limit(rows, max_rows)
                other_models = sum(day.rows for day in days) / rows
                table = _sample(is_below(connection, limit), in_window, math.ceil(max_rows * other_models))
            predictions = (
                select(_logs.shipment_id, _logs.probability)
                .select_from(table)
                .where(_logs.model_name == model_name, _logs.probability.is_not(None), in_window)
            )
            return _to_counts(rows, connection, _by_band(predictions.subquery()))


def _sample(is_chosen: ColumnElement[bool], in_window: ColumnElement[bool], max_rows: int) -> FromClause:
    """The chosen predictions of the window: chosen in the index of times and ids, so that no other row is read.

    The limit, which no sample exceeds, tells PostgreSQL that looking up each row is faster than reading all of them.
    """
    keys = select(_logs.timestamp, _logs.id).where(in_window, is_chosen)
    chosen = keys.order_by(_logs.timestamp, _logs.id).limit(max_rows).subquery("chosen")
    return chosen.join(serving_logs, and_(_logs.timestamp == chosen.c.timestamp, _logs.id == chosen.c.id))


def _by_band(predictions: Subquery) -> Select[Any]:
    """The counts of each band. What is known of a shipment is looked up by the keys of its records, once."""
    shipment_id, probability = predictions.c.shipment_id, predictions.c.probability
    current = (
        select(outcomes.c.late)
        .where(outcomes.c.shipment_id == shipment_id)
        .order_by(*(column.desc() for column in RECORD_ORDER))
        .limit(1)
        .scalar_subquery()
    )
    acted_on = (
        select(literal(1))
        .where(actions.c.shipment_id == shipment_id, actions.c.kind == ActionKind.ACTED.value)
        .limit(1)  # or PostgreSQL would read all actions
        .scalar_subquery()
    )
    edges = reversed([*enumerate(BAND_EDGES, 1)])
    rows = (
        select(
            case(*((probability >= edge, literal(band)) for band, edge in edges), else_=0).label("band"),
            probability.label("probability"),
            func.coalesce(acted_on, 0).label("acted_on"),
            cast(current, Integer).label("late"),
        )
        .cte("rows")
        .prefix_with("MATERIALIZED")  # or each count would look it up again
    )
    counted = and_(rows.c.late.is_not(None), rows.c.acted_on == 0)
    return select(
        rows.c.band,
        func.count().label("rows"),
        func.sum(rows.c.acted_on).label("acted_on"),
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
