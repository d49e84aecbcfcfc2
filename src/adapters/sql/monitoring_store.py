"""Results of monitoring in PostgreSQL or SQLite."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from operator import itemgetter
from typing import Any

from sqlalchemy import ColumnElement, Connection, RowMapping, Table, and_, case, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite

from adapters.sql import monitoring_tables as tables
from adapters.sql.database import Database
from adapters.sql.monitoring_rows import KEY, Row, key_of, to_decision, to_result, to_rows
from adapters.sql.postgresql.advisory_lock import lock_until_commit
from delay_core.monitoring.monitoring_decision import MonitoringDecision
from delay_core.monitoring.window_result import WindowResult
from delay_core.ports import monitoring_store as port
from delay_core.ports.monitoring_store import MAX_RESULTS, ResultFilter

_decisions = tables.monitoring_decisions.c
_DETAILS = (tables.monitoring_columns, tables.monitoring_figures, tables.monitoring_slices)
"""Tables with several rows for a window: rows that its new result lacks are deleted."""
_PERFORMANCE = (tables.monitoring_performance, tables.monitoring_figures, tables.monitoring_slices)
_PARTS = (tables.monitoring_metrics, tables.monitoring_performance, *_DETAILS)
_key = itemgetter(*KEY)
_POLICY = 1
"""The id of the only row of `monitoring_policy`."""


class MonitoringStore(port.MonitoringStore):
    """The tables of the database `monitoring`. Safe to share between threads."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def record(self, result: WindowResult) -> None:
        rows = to_rows(result)
        with self._database.begin("record the results of a window") as connection:
            if not self._database.embedded:  # SQLite has one writer at a time
                lock_until_commit(connection, f"monitoring of {result.decision.model_name}")
            if _has_later_performance(connection, result):
                rows = {table: rows[table] for table in rows if table not in _PERFORMANCE}
            for table in _DETAILS:
                if table in rows:
                    connection.execute(delete(table).where(*_same_key(table, key_of(result.decision))))
            for table, values in rows.items():
                if values:
                    connection.execute(_upsert(connection, table), values)

    def newest(self, model_name: str, conditions: ResultFilter, limit: int = MAX_RESULTS) -> list[WindowResult]:
        if not 1 <= limit <= MAX_RESULTS:
            raise ValueError(f"limit {limit} is outside 1 to {MAX_RESULTS}")
        clauses: list[ColumnElement[bool]] = []
        if conditions.since is not None:
            clauses.append(_decisions.window_start >= conditions.since)
        if conditions.until is not None:
            clauses.append(_decisions.window_start < conditions.until)
        if conditions.model_version is not None:
            clauses.append(_decisions.model_version == conditions.model_version)
        return self._read(limit, _decisions.model_name == model_name, *clauses)

    def before(self, model_name: str, model_version: int, moment: datetime) -> WindowResult | None:
        results = self._read(
            1,
            _decisions.model_name == model_name,
            _decisions.model_version == model_version,
            _decisions.window_end <= moment,
        )
        return results[0] if results else None

    def pending_notices(self, model_name: str) -> list[MonitoringDecision]:
        query = (
            select(tables.monitoring_decisions)
            .where(_decisions.model_name == model_name, _decisions.changed, _decisions.notified_at.is_(None))
            .order_by(_decisions.window_start, _decisions.window_end, _decisions.model_version)
        )
        with self._database.connect("read decisions of monitoring") as connection:
            return [to_decision(row) for row in connection.execute(query).mappings()]

    def mark_notified(self, decision: MonitoringDecision, moment: datetime) -> None:
        table = tables.monitoring_decisions
        statement = update(table).where(*_same_key(table, key_of(decision))).values(notified_at=moment)
        with self._database.begin("record a notice") as connection:
            connection.execute(statement)

    def write_policy(self, policy: Mapping[str, object], moment: datetime) -> None:
        table = tables.monitoring_policy
        with self._database.begin("record the policy of monitoring") as connection:
            current = connection.scalar(select(table.c.limits).where(table.c.id == _POLICY))
            if current != dict(policy):
                row = {"id": _POLICY, "timestamp": moment, "limits": dict(policy)}
                connection.execute(_upsert(connection, table), [row])

    def _read(self, limit: int, *conditions: ColumnElement[bool]) -> list[WindowResult]:
        newest = (_decisions.window_start.desc(), _decisions.window_end.desc(), _decisions.model_version)
        query = select(tables.monitoring_decisions).where(*conditions).order_by(*newest).limit(limit)
        with self._database.connect("read the results of monitoring") as connection:
            decisions = connection.execute(query).mappings().all()
            parts = {table: _rows_by_key(connection, table, decisions) for table in _PARTS}
        return [
            to_result(row, {table: of_table[_key(row)] for table, of_table in parts.items() if _key(row) in of_table})
            for row in decisions
        ]


def _has_later_performance(connection: Connection, result: WindowResult) -> bool:
    table = tables.monitoring_performance
    as_of = connection.scalar(select(table.c.as_of).where(*_same_key(table, key_of(result.decision))))
    return as_of is not None and as_of > result.as_of


def _upsert(connection: Connection, table: Table) -> Any:
    dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
    insert = dialect.insert(table)
    updates: dict[str, Any] = {
        column.name: insert.excluded[column.name] for column in table.c if not column.primary_key
    }
    if table is tables.monitoring_decisions:
        new = insert.excluded
        same = and_(new.severity == _decisions.severity, new.changed == _decisions.changed)
        updates["notified_at"] = case((same, _decisions.notified_at), else_=None)
    return insert.on_conflict_do_update(index_elements=list(table.primary_key), set_=updates)


def _same_key(table: Table, key: Row) -> list[ColumnElement[bool]]:
    return [table.c[name] == value for name, value in key.items()]


def _rows_by_key(
    connection: Connection, table: Table, decisions: Sequence[RowMapping]
) -> dict[tuple[Any, ...], list[RowMapping]]:
    """The table's rows of the windows of these decisions."""
    rows: defaultdict[tuple[Any, ...], list[RowMapping]] = defaultdict(list)
    if decisions:
        starts = [row["window_start"] for row in decisions]
        query = select(table).where(
            table.c.model_name == decisions[0]["model_name"],
            table.c.window_start >= min(starts),
            table.c.window_start <= max(starts),
        )
        for row in connection.execute(query).mappings().all():
            rows[_key(row)].append(row)
    return rows
