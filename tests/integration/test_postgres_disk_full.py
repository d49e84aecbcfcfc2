"""Databases on full disks and locked files: errors say what to do, and nothing is lost."""

import os
import subprocess
import threading
from contextlib import ExitStack, closing, contextmanager
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import event

from adapters.sql import Database, PredictionLog, PredictionReader
from delay_core.errors import StoreError
from delay_core.ports.prediction_log import LoggedPrediction
from support import postgres_server
from support.builders import NOON, logged_predictions
from support.prediction_pages import ids_in, read_ids
from support.run import new_folder

MIB = 2**20


def batch(number, size=20, text="") -> list[LoggedPrediction]:
    """Predictions of one hour."""
    first = NOON + timedelta(hours=number)
    return logged_predictions(number, size, predicted_at=first, request_data={"text": text})


@contextmanager
def small_disk(mib):
    """A folder on a small file system, which only root can mount."""
    if os.geteuid() != 0:
        pytest.skip("a small disk takes root to mount")
    folder = new_folder()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={mib}m,mode=0711", "tmpfs", str(folder)], capture_output=True, check=False
    )
    if mounted.returncode:
        folder.rmdir()
        pytest.skip(f"no small disk here: {mounted.stderr.decode()}")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)
        folder.rmdir()


def _fill(folder, leave) -> Path:
    """Write a file that leaves so many bytes free."""
    ballast = folder / "ballast"
    free = os.statvfs(folder).f_bavail * os.statvfs(folder).f_frsize
    with ballast.open("wb") as file:
        os.posix_fallocate(file.fileno(), 0, max(free - leave, 1))
    return ballast


def _append_until_refused(log, text):
    acknowledged = []
    for number in range(1000):
        rows = batch(number, 100, text)
        try:
            log.append(rows)
        except StoreError as error:
            return acknowledged, rows, str(error)
        acknowledged.append(rows)
    raise AssertionError("the disk never filled")


def test_full_tablespace__is_reported_until_there_is_room():
    with ExitStack() as stack:
        folder = stack.enter_context(small_disk(64))
        server = stack.enter_context(postgres_server.started())
        admin = stack.enter_context(psycopg.connect(server.url("postgres", "postgres"), autocommit=True))
        database = stack.enter_context(closing(Database(server.url("serving", "serving"), "serving")))
        log, reader = PredictionLog(database), PredictionReader(database)
        tablespace = folder / "space"
        tablespace.mkdir(mode=0o700)
        server.binaries.chown_to_server(tablespace)
        admin.execute(f"CREATE TABLESPACE small LOCATION '{tablespace}'")
        admin.execute("ALTER DATABASE serving SET TABLESPACE small")
        ballast = _fill(folder, leave=3 * MIB)

        acknowledged, refused, message = _append_until_refused(log, "x" * 1000)

        assert "free some space on the database's disk; nothing of this was stored" in message
        assert sorted(read_ids(reader)) == ids_in(*acknowledged)
        ballast.unlink()
        log.append(refused)
        assert sorted(read_ids(reader)) == ids_in(*acknowledged, refused)
        server.stop(immediate=True)


def test_full_disk_of_a_server__recovers_when_there_is_room():
    with ExitStack() as stack:
        folder = stack.enter_context(small_disk(150))
        small_wal = {"min_wal_size": "32MB", "max_wal_size": "32MB"}
        server = stack.enter_context(postgres_server.started(folder / "server", **small_wal))
        database = stack.enter_context(closing(Database(server.url("serving", "serving"), "serving")))
        log, reader = PredictionLog(database), PredictionReader(database)
        ballast = _fill(folder, leave=4 * MIB)

        acknowledged, refused, message = _append_until_refused(log, "x" * 1000)

        assert "free some space" in message or "can be repeated" in message
        ballast.unlink()
        server.restart()
        log.append(refused)
        assert sorted(read_ids(reader)) == ids_in(*acknowledged, refused)


def test_full_disk_of_sqlite__is_reported_until_there_is_room(tmp_path):
    with closing(Database(f"sqlite:///{tmp_path}/serving.db", "serving")) as database:
        log, reader = PredictionLog(database), PredictionReader(database)
        log.append(first := batch(999, text="x" * 1000))
        pages = 200

        @event.listens_for(database._engine, "begin")
        def limit(connection):
            connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")

        acknowledged, refused, message = _append_until_refused(log, "x" * 1000)

        assert "free some space on the database's disk; nothing of this was stored" in message
        assert sorted(read_ids(reader)) == ids_in(first, *acknowledged)
        pages = 2**30
        log.append(refused)
        assert sorted(read_ids(reader)) == ids_in(first, *acknowledged, refused)


def test_sqlite_file_that_is_not_writable__is_reported(tmp_path):
    (tmp_path / "taken").write_text("not a folder")
    (tmp_path / "text.db").write_text("not a database, but long enough to be looked at " * 20)

    with pytest.raises(StoreError, match="taken"):
        PredictionLog(Database(f"sqlite:///{tmp_path}/taken/serving.db", "serving")).append(batch(1))
    with pytest.raises(StoreError, match="this file is no SQLite database"):
        PredictionLog(Database(f"sqlite:///{tmp_path}/text.db", "serving")).append(batch(1))


def test_locked_sqlite_file__is_waited_for(tmp_path):
    with closing(Database(f"sqlite:///{tmp_path}/serving.db", "serving")) as database:
        log, reader = PredictionLog(database), PredictionReader(database)
        log.append(first := batch(1))
        with closing(Database(f"sqlite:///{tmp_path}/serving.db", "serving")) as other:
            holding, release = threading.Event(), threading.Event()

            def hold():
                with other.begin("hold"):
                    holding.set()
                    release.wait()

            holder = threading.Thread(target=hold)
            holder.start()
            holding.wait()
            writer = threading.Thread(target=log.append, args=(second := batch(2),))
            writer.start()
            assert sorted(read_ids(reader)) == ids_in(first)  # readers do not wait
            release.set()
            writer.join()
            holder.join()

        assert sorted(read_ids(reader)) == ids_in(first, second)
