"""Questions asked through the ports: how long the answer takes, and how the server finds it."""

import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import psycopg
from sqlalchemy import Engine, event

from infra.local.postgres import PostgresServer

TIMES = 25
SMALL = 10_000
"""Rows of a table that may be read whole."""


@dataclass(frozen=True)
class Measured:
    """Milliseconds, and the large tables that the server's plan reads from end to end."""

    what: str
    median: float
    slowest: float
    whole: tuple[str, ...]


class Questions:
    """Remembers the statements that the ports send, and has the server explain each."""

    def __init__(self, server: PostgresServer) -> None:
        self._server = server
        self._sent: list[tuple[str, Any]] = []
        event.listen(Engine, "before_cursor_execute", self._remember)

    def measure(self, what: str, ask: Callable[[], object], database: str = "serving") -> Measured:
        """Ask once to warm up, then so many times."""
        ask()
        self._sent.clear()
        times = []
        for _ in range(TIMES):
            began = time.perf_counter()
            ask()
            times.append(1000 * (time.perf_counter() - began))
        with psycopg.connect(self._server.url(database, f"{database}_owner")) as connection:
            read = {table for sent in self._sent for table in _read_whole(_plan(connection, *sent))}
            large = [table for table in sorted(read) if _rows(connection, table) > SMALL]
        return Measured(what, statistics.median(times), max(times), tuple(large))

    def _remember(self, _: object, __: object, statement: str, parameters: object, *___: object) -> None:
        self._sent.append((statement, parameters))


def _plan(connection: psycopg.Connection, statement: str, parameters: Any) -> dict[str, Any]:
    found: Any = connection.execute(f"EXPLAIN (FORMAT JSON) {statement}".encode(), parameters).fetchone()
    plan: dict[str, Any] = found[0][0]["Plan"]
    return plan


def _read_whole(plan: dict[str, Any]) -> Iterator[str]:
    if plan["Node Type"] == "Seq Scan":
        yield plan["Relation Name"]
    for below in plan.get("Plans", []):
        yield from _read_whole(below)


def _rows(connection: psycopg.Connection, table: str) -> float:
    found: Any = connection.execute("SELECT max(reltuples) FROM pg_class WHERE relname = %s", [table]).fetchone()
    return float(found[0])
