"""Finished runs that several files read: computed once for all workers of a test run, and copied for each of them."""

import json
import shutil
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from support.cli import ONE_TRIAL, Delay
from support.mlflow_stores import fresh_store
from support.run import one_at_a_time, run_folder

QUICK_ROWS = 2_000


def shared_run(
    folders: pytest.TempPathFactory,
    name: str,
    *arguments: object,
    variables: Mapping[str, str] | None = None,
    prepared: bool = True,
) -> tuple[Delay, dict[str, object]]:
    """A run of the pipeline in a folder of this worker alone, and its answer; the first that needs it computes it.

    `prepared`: beginning with an empty store, which saves the seconds in which MLflow creates one.
    """
    folder = run_folder() / name
    answer, original = folder / "answer.json", Delay(folder / "delay-data", variables or {})
    with one_at_a_time(name):
        if not answer.exists():
            if prepared:
                with_store(original)
            answer.write_text(json.dumps(original.json("pipeline", *arguments)), "utf-8")
    return own_copy(original, folders.mktemp(name)), json.loads(answer.read_text("utf-8"))


@dataclass(frozen=True)
class QuickRun:
    """A finished run with the shortest search: on a file of simulated shipments, beside which lies their truth."""

    delay: Delay
    table: Path
    """The same file for every copy of the run."""
    answer: dict[str, Any]


def quick_run(folders: pytest.TempPathFactory) -> QuickRun:
    """A copy of this run for this worker; the first that needs it computes it."""
    table = run_folder() / "quick-table" / "shipments.csv"
    with one_at_a_time("quick-table"):
        if not table.exists():
            table.parent.mkdir()
            Delay(table.parent / "unused")("simulate", "--out", table, "--rows", QUICK_ROWS, "--seed", 11)
    delay, answer = shared_run(folders, "quick", "--source", table, variables=ONE_TRIAL)
    return QuickRun(delay, table, answer)


def with_store(delay: Delay) -> Delay:
    """The same command, with an empty embedded MLflow in its folder, which takes seconds to create."""
    folder = delay.data / "mlflow"
    folder.mkdir(parents=True)
    fresh_store(folder)
    return delay


def own_copy(delay: Delay, folder: Path) -> Delay:
    """The same data elsewhere, to be written to, without the cache of models.

    MLflow's database names its files by whole paths: the copy names its own.
    """
    copy = Delay(folder / "delay-data", delay.variables)
    shutil.copytree(delay.data, copy.data, ignore=shutil.ignore_patterns("mlflow.db*", "model-cache"))
    with (
        closing(sqlite3.connect(delay.data / "mlflow" / "mlflow.db")) as original,
        closing(sqlite3.connect(copy.data / "mlflow" / "mlflow.db")) as database,
    ):
        original.backup(database)
        _replace_everywhere(database, str(delay.data), str(copy.data))
        database.commit()
    return copy


def _replace_everywhere(database: sqlite3.Connection, old: str, new: str) -> None:
    tables = [name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    for table in tables:
        for _, column, kind, *_ in database.execute(f"PRAGMA table_info('{table}')").fetchall():
            if kind.startswith(("VARCHAR", "TEXT", "CLOB")):
                update = f'UPDATE "{table}" SET "{column}" = replace("{column}", ?, ?) WHERE instr("{column}", ?)'  # noqa: S608
                database.execute(update, (old, new, old))
