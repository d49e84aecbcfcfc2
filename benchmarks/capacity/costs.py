"""What a prediction costs, in processor time: on a machine that is busy elsewhere, elapsed time says little."""

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import LiteralString

import psycopg

from benchmarks.serving import payloads, served_model
from benchmarks.serving.load import run_load
from benchmarks.serving.systems import API, BenchmarkContext, run_database, run_registry, run_system
from infra.local.child_process import session_members
from infra.local.postgres import PostgresServer

CONNECTIONS = 32
TREES = 100
_WAL_BYTES: LiteralString = "SELECT pg_current_wal_insert_lsn() - '0/0'::pg_lsn"
_ROW_BYTES: LiteralString = """
    SELECT sum(pg_total_relation_size(inhrelid)) / (SELECT count(*) FROM serving_logs)
    FROM pg_inherits WHERE inhparent = 'serving_logs'::regclass
"""


@dataclass(frozen=True)
class Costs:
    """Of one prediction, requested alone and logged."""

    api_seconds: float
    """Processor time of the API."""
    database_seconds: float
    """Processor time of PostgreSQL."""
    row_bytes: float
    """Of a row of the log on disk, with its indexes."""
    wal_bytes: float
    """That PostgreSQL writes ahead and flushes for a row."""
    requests: int
    """How many were measured."""
    answers_per_second: float
    """Of the measured worker, on this machine at that time."""

    @property
    def requests_per_core(self) -> float:
        """Requests per second of a core that does nothing else."""
        return 1 / self.api_seconds

    @property
    def rows_per_core(self) -> float:
        """Rows of the log per second of a core of PostgreSQL."""
        return 1 / self.database_seconds


def measure_costs(scratch: Path, seconds: float) -> Costs:
    """Load one worker of the API for `seconds`, with its log in PostgreSQL, every commit on disk."""
    served_model.train_and_promote(scratch / "data", TREES)
    records = payloads.simulate_records()
    with run_database(scratch) as database, run_registry(scratch, scratch / "data") as mlflow:
        context = BenchmarkContext(scratch, scratch / "data", database, records, mlflow)
        with run_system(API, context) as system:
            run_load(system.server.port, system.requests, CONNECTIONS, seconds=1, warm_up=2.0)
            before = _Used.now(context, system.server.pid)
            load = run_load(system.server.port, system.requests, CONNECTIONS, seconds=seconds, warm_up=0.1)
            after = _Used.now(context, system.server.pid)
            rows = after.rows - before.rows
            return Costs(
                api_seconds=sum(spent - before.api.get(pid, 0) for pid, spent in after.api.items()) / rows,
                database_seconds=(after.postgres - before.postgres) / rows,
                row_bytes=_number(database, _ROW_BYTES),
                wal_bytes=(after.wal - before.wal) / rows,
                requests=rows,
                answers_per_second=load.rate,
            )


@dataclass(frozen=True)
class _Used:
    """Rows, processor seconds and bytes so far."""

    rows: int
    api: Mapping[int, float]
    """By process: one that loads a model may end meanwhile, and is not counted."""
    postgres: float
    wal: float

    @classmethod
    def now(cls, context: BenchmarkContext, server: int) -> "_Used":
        database = context.database
        return cls(context.count_logged(), _seconds(server), _postgres_seconds(database), _number(database, _WAL_BYTES))


def _seconds(leader: int) -> dict[int, float]:
    """Processor time of each process of a session so far."""
    return {pid: _processor_seconds(pid) for pid in session_members(leader)}


def _postgres_seconds(server: PostgresServer) -> float:
    """Processor time of a server and its connections, also of those that have ended."""
    postmaster = int((server.data / "postmaster.pid").read_text().split()[0])
    return sum(map(_processor_seconds, (postmaster, *_children(postmaster)))) + _waited_seconds(postmaster)


def _children(pid: int) -> Iterator[int]:
    yield from map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split())


def _processor_seconds(pid: int) -> float:
    user, system = _stat(pid)[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def _waited_seconds(pid: int) -> float:
    user, system = _stat(pid)[13:15]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def _stat(pid: int) -> list[str]:
    """The fields of a process after its name."""
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()


def _number(server: PostgresServer, query: LiteralString) -> float:
    """The only value of a query."""
    with psycopg.connect(server.url("serving", "serving_owner")) as connection:
        row = connection.execute(query).fetchone()
    return float(row[0]) if row else 0.0
