"""Statements that read predictions by their ids, without an index of ids.

An id contains its time, which leads to one partition and to a few rows of the primary key (time, id). SQLAlchemy takes
longer to build a statement than a database to execute it.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import CTE, Label, ScalarSelect, Select, Uuid, and_, bindparam, func, or_, select, union_all

from adapters.sql.column_types import UtcTime
from adapters.sql.serving_tables import serving_logs, superseded_predictions
from delay_core.uuid7 import time_range

MAX_IDS = 50
"""Ids per statement."""


def parameters(ids: Sequence[UUID]) -> dict[str, object]:
    """The values of the parameters of every statement."""
    values: dict[str, object] = {}
    for index, one in enumerate(ids):
        values[f"id_{index}"] = one
        values[f"first_{index}"], values[f"end_{index}"] = time_range(one)
    return values


@lru_cache(maxsize=MAX_IDS)
def select_logged(count: int) -> Select[Any]:
    """For PostgreSQL, which since version 18 skips from time to time in its index."""
    logs = serving_logs.c
    conditions = (
        and_(
            logs.timestamp >= bindparam(f"first_{index}"),
            logs.timestamp < bindparam(f"end_{index}"),
            logs.id == bindparam(f"id_{index}"),
        )
        for index in range(count)
    )
    return select(serving_logs).where(or_(*conditions))


@lru_cache(maxsize=MAX_IDS)
def select_logged_in_sqlite(count: int) -> Select[Any]:
    """The same for SQLite, which would read every row in the range of time, for each id again.

    A bulk load gives many rows one time. The statement steps from each time that occurs in the range to the next one,
    and looks up the whole key.
    """
    ids = _ids_with_ranges(count)
    times = select(ids.c.id, ids.c.end, _first_time(_LATER.c.timestamp >= ids.c.first)).cte("times", recursive=True)
    times = times.union_all(
        select(times.c.id, times.c.end, _first_time(_LATER.c.timestamp > times.c.time)).where(
            times.c.time < times.c.end
        )
    )
    logs = serving_logs.c
    return select(serving_logs).join(times, and_(logs.timestamp == times.c.time, logs.id == times.c.id))


@lru_cache(maxsize=MAX_IDS)
def select_superseded(count: int) -> Select[Any]:
    """Of the table that has an index of ids."""
    ids = superseded_predictions.c.id
    return select(superseded_predictions).where(or_(*(ids == bindparam(f"id_{index}") for index in range(count))))


_LATER = serving_logs.alias("later")


def _ids_with_ranges(count: int) -> CTE:
    rows = (
        select(
            bindparam(f"id_{index}", type_=Uuid()).label("id"),
            bindparam(f"first_{index}", type_=UtcTime()).label("first"),
            bindparam(f"end_{index}", type_=UtcTime()).label("end"),
        )
        for index in range(count)
    )
    return union_all(*rows).cte("ids")


def _first_time(condition: Any) -> Label[Any]:
    """The first time that occurs under the condition; null if there is none."""
    first: ScalarSelect[Any] = select(func.min(_LATER.c.timestamp)).where(condition).scalar_subquery()
    return first.label("time")
