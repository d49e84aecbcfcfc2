"""Statements that read predictions by their ids, without an index of ids.

An id contains its time, which leads to one partition and to a few rows of the primary key (time, id). SQLAlchemy takes
longer to build and compile a statement than a database to execute it: so there are few statements, for `SIZES` of ids.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import CTE, Label, ScalarSelect, Select, Uuid, and_, bindparam, func, or_, select, union_all

from adapters.sql.column_types import UtcTime
from adapters.sql.serving_tables import serving_logs, superseded_predictions
from delay_core.uuid7 import time_range

SIZES = (1, 2, 5, 10, 20, 50)
"""How many ids a statement can read."""
MAX_IDS = SIZES[-1]


def statement_size(ids: int) -> int:
    """Of the smallest statement for so many ids, at most `MAX_IDS`."""
    return next(size for size in SIZES if size >= ids)


def parameters(ids: Sequence[UUID]) -> dict[str, object]:
    """The values of the parameters of a statement of this `statement_size`; the remaining ids are null."""
    values: dict[str, object] = {}
    for index in range(statement_size(len(ids))):
        one = ids[index] if index < len(ids) else None
        values[f"id_{index}"] = one
        values[f"first_{index}"], values[f"end_{index}"] = (None, None) if one is None else time_range(one)
    return values


@lru_cache(maxsize=len(SIZES))
def select_logged(size: int) -> Select[Any]:
    """For PostgreSQL, which since version 18 skips from time to time in its index."""
    logs = serving_logs.c
    conditions = (
        and_(
            logs.timestamp >= bindparam(f"first_{index}"),
            logs.timestamp < bindparam(f"end_{index}"),
            logs.id == bindparam(f"id_{index}"),
        )
        for index in range(size)
    )
    return select(serving_logs).where(or_(*conditions))


@lru_cache(maxsize=len(SIZES))
def select_logged_in_sqlite(size: int) -> Select[Any]:
    """The same for SQLite, which would read every row in the range of time, for each id again.

    A bulk load gives many rows one time. The statement steps from each time that occurs in the range to the next one,
    and looks up the whole key.
    """
    ids = _ids_with_ranges(size)
    times = select(ids.c.id, ids.c.end, _first_time(_LATER.c.timestamp >= ids.c.first)).cte("times", recursive=True)
    times = times.union_all(
        select(times.c.id, times.c.end, _first_time(_LATER.c.timestamp > times.c.time)).where(
            times.c.time < times.c.end
        )
    )
    logs = serving_logs.c
    return select(serving_logs).join(times, and_(logs.timestamp == times.c.time, logs.id == times.c.id))


@lru_cache(maxsize=len(SIZES))
def select_superseded(size: int) -> Select[Any]:
    """Of the table that has an index of ids."""
    ids = superseded_predictions.c.id
    return select(superseded_predictions).where(or_(*(ids == bindparam(f"id_{index}") for index in range(size))))


_LATER = serving_logs.alias("later")


def _ids_with_ranges(size: int) -> CTE:
    rows = (
        select(
            bindparam(f"id_{index}", type_=Uuid()).label("id"),
            bindparam(f"first_{index}", type_=UtcTime()).label("first"),
            bindparam(f"end_{index}", type_=UtcTime()).label("end"),
        )
        for index in range(size)
    )
    return union_all(*rows).cte("ids")


def _first_time(condition: Any) -> Label[Any]:
    """The first time that occurs under the condition; null if there is none."""
    first: ScalarSelect[Any] = select(func.min(_LATER.c.timestamp)).where(condition).scalar_subquery()
    return first.label("time")
