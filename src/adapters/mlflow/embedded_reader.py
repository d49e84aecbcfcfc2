"""Reads the SQLite file of the embedded MLflow without MLflow, whose import takes several times as long as pandas'.

Only a file with the tables of a known version of MLflow is read; MLflow's client reads any other file and writes all.
`docs/decisions/0008-embedded-mlflow-by-sql.md` has the reasons.
"""

import math
import sqlite3
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

from adapters.mlflow.reader import MlflowReader, StoredRun, StoredVersion
from delay_core.file_urls import path_of

KNOWN_TABLES = frozenset({"dc11669786a5"})
"""Alembic revisions of MLflow's tables for which these queries are tested: that of MLflow 3.17."""
LOCK_TIMEOUT_SECONDS = 30
"""How long a read waits for a writer."""

_RUNS = """
SELECT run_uuid, status, start_time, end_time FROM runs
WHERE experiment_id = :experiment AND lifecycle_stage = 'active'
  AND EXISTS (SELECT 1 FROM tags WHERE tags.run_uuid = runs.run_uuid AND tags.key = :tag AND tags.value != '')
ORDER BY start_time, run_uuid
"""
_OF_RUNS = """
SELECT of_run.run_uuid, of_run.key, of_run.value{more} FROM {table} AS of_run
JOIN runs ON runs.run_uuid = of_run.run_uuid
JOIN tags AS marked ON marked.run_uuid = runs.run_uuid AND marked.key = :tag
WHERE runs.experiment_id = :experiment AND runs.lifecycle_stage = 'active'
"""
_VERSIONS = """
SELECT version, run_id, coalesce(nullif(storage_location, ''), source) FROM model_versions
WHERE name = :name AND workspace = 'default' AND current_stage != 'Deleted_Internal' ORDER BY version
"""
_VERSION_TAGS = "SELECT version, key, value FROM model_version_tags WHERE name = :name AND workspace = 'default'"
_ALIAS = """
SELECT version FROM registered_model_aliases WHERE name = :name AND alias = :alias AND workspace = 'default'
"""


class EmbeddedReader(MlflowReader):
    """One connection to the file. Raises sqlite3.Error, and OSError for the files of models."""

    def __init__(self, connection: sqlite3.Connection, client: Callable[[], MlflowReader]) -> None:
        self._connection = connection
        self._client = client

    @classmethod
    def open(cls, path: Path, client: Callable[[], MlflowReader]) -> "EmbeddedReader | None":
        """A reader of the file, which the caller closes; None if the file is missing or its tables are unknown.

        `client` creates the reader of model files that are not in a folder of this machine.
        """
        if not path.is_file():
            return None
        try:
            # Not read-only: opening the file rolls back what a killed writer left incomplete.
            connection = sqlite3.connect(
                f"file:{quote(str(path))}?mode=rw", uri=True, timeout=LOCK_TIMEOUT_SECONDS, isolation_level=None
            )
        except sqlite3.Error:
            return None
        try:
            with closing(connection.execute("SELECT version_num FROM alembic_version")) as rows:
                revisions = {str(row[0]) for row in rows}  # empty if MLflow was killed while it created the tables
            known = bool(revisions) and revisions <= KNOWN_TABLES
        except sqlite3.Error:
            known = False
        if known:
            return cls(connection, client)
        connection.close()
        return None

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

    def experiment_id(self, name: str) -> str | None:
        rows = self._rows(
            "SELECT experiment_id FROM experiments WHERE name = :name AND workspace = 'default'", name=name
        )
        return str(rows[0][0]) if rows else None

    def runs(self, experiment_id: str, tag: str) -> list[StoredRun]:
        marked = {"experiment": experiment_id, "tag": tag}
        with self._snapshot():
            rows = self._rows(_RUNS, **marked)
            tags, parameters = self._read_run_values("tags", **marked), self._read_run_values("params", **marked)
            points = self._rows(_OF_RUNS.format(table="latest_metrics", more=", of_run.is_nan"), **marked)
        metrics: dict[str, dict[str, float]] = defaultdict(dict)
        for run_id, key, value, is_nan in points:
            metrics[run_id][key] = math.nan if is_nan else value
        return [
            StoredRun(run_id, status, started, ended, tags[run_id], parameters[run_id], metrics[run_id])
            for run_id, status, started, ended in rows
        ]

    def versions(self, name: str) -> list[StoredVersion]:
        with self._snapshot():
            rows, tag_rows = self._rows(_VERSIONS, name=name), self._rows(_VERSION_TAGS, name=name)
        tags: dict[int, dict[str, str]] = defaultdict(dict)
        for number, key, value in tag_rows:
            tags[number][key] = value
        return [StoredVersion(name, number, run_id or "", tags[number]) for number, run_id, _ in rows]

    def version(self, name: str, number: int) -> StoredVersion | None:
        return next((version for version in self.versions(name) if version.version == number), None)

    def get_by_alias(self, name: str, alias: str) -> StoredVersion | None:
        rows = self._rows(_ALIAS, name=name, alias=alias)
        return self.version(name, rows[0][0]) if rows else None

    def model_files(self, version: StoredVersion, folder: str, size_limit: int) -> Mapping[str, bytes] | None:
        source = self._source(version)
        if source is None:  # deleted since then
            return {}
        if not source.startswith("file:"):
            return self._client().model_files(version, folder, size_limit)
        root = path_of(source) / folder
        paths = [path for path in root.rglob("*") if path.is_file()]
        if sum(path.stat().st_size for path in paths) > size_limit:
            return None
        return {path.relative_to(root).as_posix(): path.read_bytes() for path in paths}

    def model_location(self, version: StoredVersion) -> str:
        source = self._source(version) or ""
        return str(path_of(source)) if source.startswith("file:") else source

    def _source(self, version: StoredVersion) -> str | None:
        sources = {number: str(source) for number, _, source in self._rows(_VERSIONS, name=version.name)}
        return sources.get(version.version)

    @contextmanager
    def _snapshot(self) -> Iterator[None]:
        """In this block, every query sees the same state of the file."""
        self._connection.execute("BEGIN")
        try:
            yield
        finally:
            if self._connection.in_transaction:  # some errors end the transaction
                self._connection.execute("ROLLBACK")

    def _read_run_values(self, table: str, **marked: str) -> dict[str, dict[str, str]]:
        values: dict[str, dict[str, str]] = defaultdict(dict)
        for run_id, key, value in self._rows(_OF_RUNS.format(table=table, more=""), **marked):
            values[run_id][key] = value
        return values

    def _rows(self, query: str, **values: str) -> list[tuple[Any, ...]]:
        with closing(self._connection.execute(query, values)) as rows:
            return rows.fetchall()
