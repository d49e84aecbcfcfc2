"""Queries through the ports: how long they take, and whether the server reads large tables completely."""

import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import psycopg
from sqlalchemy import Engine, event

from infra.local.postgres import PostgresServer

N_REPETITIONS = 25
MAX_MEDIAN_MS = 200
MAX_SCANNED_ROWS = 10_000
"""Rows of a table that a query may read completely."""


@dataclass(frozen=True)
class QueryTimes:
    """Milliseconds of a query, and the large tables that its plan scans completely."""

    name: str
    median: float
    slowest: float
    max_ms: float
    """What the median may be."""
    scanned_tables: tuple[str, ...]


class QueryTimer:
    """Records the statements that the ports send, and reads the server's plan of each."""

    def __init__(self, server: PostgresServer) -> None:
        self._server = server
        self._statements: list[tuple[str, Any]] = []
        event.listen(Engine, "before_cursor_execute", self._record)

    def measure(
        self, name: str, query: Callable[[], object], database: str = "serving", max_ms: float = MAX_MEDIAN_MS
    ) -> QueryTimes:
        """Run the query once to warm up, then N_REPETITIONS times."""
        query()
        self._statements.clear()
        times = []
        for _ in range(N_REPETITIONS):
            start = time.perf_counter()
            query()
            times.append(1000 * (time.perf_counter() - start))
        with psycopg.connect(self._server.url(database, f"{database}_owner")) as connection:
            scanned = {
                table for statement in self._statements for table in _sequential_scans(_explain(connection, *statement))
            }
            large = [table for table in sorted(scanned) if _count_rows(connection, table) > MAX_SCANNED_ROWS]
        return QueryTimes(name, statistics.median(times), max(times), max_ms, tuple(large))

    def _record(self, _: object, __: object, statement: str, parameters: object, *___: object) -> None:
        self._statements.append((statement, parameters))


def _explain(connection: psycopg.Connection, statement: str, parameters: Any) -> dict[str, Any]:
    row: Any = connection.execute(f"EXPLAIN (FORMAT JSON) {statement}".encode(), parameters).fetchone()
    plan: dict[str, Any] = row[0][0]["Plan"]
    return plan


def _sequential_scans(plan: dict[str, Any]) -> Iterator[str]:
    if plan["Node Type"] == "Seq Scan":
        yield plan["Relation Name"]
    for child in plan.get("Plans", []):
        yield from _sequential_scans(child)


def _count_rows(connection: psycopg.Connection, table: str) -> float:
    row: Any = connection.execute("SELECT max(reltuples) FROM pg_class WHERE relname = %s", [table]).fetchone()
    return float(row[0])
