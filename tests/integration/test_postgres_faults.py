"""Faults, against a real server: stopped in mid-run, killed, its disk full. Nothing is lost, nothing doubled."""

import os
import subprocess
import threading
from collections import UserDict
from contextlib import ExitStack, closing, contextmanager
from datetime import date, timedelta
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from sqlalchemy import event

from adapters.sql import Database, OutcomeLog, PredictionLog
from delay_core.errors import StoreError
from delay_core.ports.prediction_log import LoggedPrediction, PredictionFilter
from support import postgres_server
from support.builders import NOON, logged_predictions, outcome
from support.run import new_folder

MIB = 2**20


@pytest.fixture(scope="module")
def running():
    """A server of this module alone, which keeps its word at a power cut."""
    with postgres_server.started() as server:
        yield server


@pytest.fixture
def server(running):
    """That server, up and empty."""
    postgres_server.revive(running, "serving_logs", "serving_daily", "outcomes")
    return running


@pytest.fixture
def database(server):
    with closing(Database(server.url("serving", "serving"), "serving")) as database:
        yield database


def batch(number, size=20, text="") -> list[LoggedPrediction]:
    """Predictions of one hour."""
    first = NOON + timedelta(hours=number)
    return logged_predictions(number, size, predicted_at=first, request_data={"text": text})


def logged(log) -> list:
    """Ids of everything in the log; the daily counts must agree."""
    found, cursor = [], None
    while True:
        page = log.page(PredictionFilter(), 1000, cursor)
        found += [one.prediction_id for one in page.predictions]
        cursor = page.next
        if cursor is None:
            break
    assert sum(day.rows for day in log.daily(NOON.date(), date.max)) == len(found)
    return sorted(found)


def ids(*batches) -> list:
    return sorted(one.prediction_id for batch in batches for one in batch)


@pytest.mark.parametrize("immediate", [False, True], ids=["stopped", "as by a power cut"])
def test_a_server_that_goes_and_comes_in_mid_run_loses_and_doubles_nothing(server, database, immediate):
    log = PredictionLog(database)
    acknowledged, refused = [], []
    some, done = threading.Semaphore(0), threading.Event()

    def write():
        number = 0
        while not done.is_set():
            told = batch(number)
            number += 1
            while True:  # as the journal does: told again until it is acknowledged
                try:
                    log.append(told)
                    break
                except StoreError as error:
                    refused.append(str(error))
            acknowledged.append(told)
            some.release()

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for _ in range(3):
            for _ in range(10):
                assert some.acquire(timeout=30)
            server.stop(immediate=immediate)
            server.restart()
        assert some.acquire(timeout=30)
    finally:
        done.set()
        writer.join()

    assert refused
    assert all("may be told again" in told for told in refused)
    assert not any(server.passwords["serving"] in told for told in refused)
    assert logged(log) == ids(*acknowledged)


def test_a_restarted_server_is_found_again_by_the_first_call(server, database):
    log = PredictionLog(database)
    log.append(first := batch(1))
    server.restart()

    assert logged(log) == ids(first)
    server.restart()
    log.append(second := batch(2))

    assert logged(log) == ids(first, second)


@pytest.mark.parametrize("size", [20, 200])
def test_a_connection_that_dies_within_an_append_leaves_nothing_behind(server, database, size):
    log = PredictionLog(database)
    log.append(first := batch(1))
    second = batch(2, size)

    class Deadly(UserDict):
        """Request data that ends every connection of the service when it is written."""

        def __iter__(self):
            with psycopg.connect(server.url("postgres", "postgres"), autocommit=True) as admin:
                admin.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'serving'")
            return iter(self.data)

    object.__setattr__(second[-10], "request_data", Deadly(second[-10].request_data))
    with pytest.raises(StoreError, match="may be told again"):
        log.append(second)

    assert logged(log) == ids(first)
    object.__setattr__(second[-10], "request_data", {})
    log.append(second)
    assert logged(log) == ids(first, second)


def test_a_server_that_is_away_says_so_without_the_password(server, database):
    server.stop()

    for ask in (
        lambda: PredictionLog(database).append(batch(1)),
        lambda: OutcomeLog(database).append([outcome()]),
        lambda: PredictionLog(database).get(uuid4()),
        database.upgrade,
    ):
        with pytest.raises(StoreError, match="is the server up") as error:
            ask()
        assert server.passwords["serving"] not in str(error.value)
        assert f"postgresql://serving:***@127.0.0.1:{server.port}/serving" in str(error.value)


@contextmanager
def small_disk(mib):
    """A disk of its own for a folder, as only root can make one."""
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
    """A file that leaves so many bytes free."""
    ballast = folder / "ballast"
    free = os.statvfs(folder).f_bavail * os.statvfs(folder).f_frsize
    with ballast.open("wb") as file:
        os.posix_fallocate(file.fileno(), 0, max(free - leave, 1))
    return ballast


def _append_until_refused(log, text):
    acknowledged = []
    for number in range(1000):
        told = batch(number, 100, text)
        try:
            log.append(told)
        except StoreError as error:
            return acknowledged, told, str(error)
        acknowledged.append(told)
    raise AssertionError("the disk never filled")


def test_a_table_that_finds_its_disk_full_says_so_and_goes_on_when_there_is_room():
    with ExitStack() as stack:
        folder = stack.enter_context(small_disk(64))
        server = stack.enter_context(postgres_server.started())
        admin = stack.enter_context(psycopg.connect(server.url("postgres", "postgres"), autocommit=True))
        log = PredictionLog(stack.enter_context(closing(Database(server.url("serving", "serving"), "serving"))))
        place = folder / "space"
        place.mkdir(mode=0o700)
        server.binaries.chown_to_server(place)
        admin.execute(f"CREATE TABLESPACE small LOCATION '{place}'")
        admin.execute("ALTER DATABASE serving SET TABLESPACE small")
        ballast = _fill(folder, leave=3 * MIB)

        acknowledged, refused, told = _append_until_refused(log, "x" * 1000)

        assert "free some space on the database's disk; nothing of this was stored" in told
        assert logged(log) == ids(*acknowledged)
        ballast.unlink()
        log.append(refused)
        assert logged(log) == ids(*acknowledged, refused)
        server.stop(immediate=True)


def test_a_server_whose_whole_disk_is_full_goes_on_when_there_is_room():
    with ExitStack() as stack:
        folder = stack.enter_context(small_disk(150))
        small_wal = {"min_wal_size": "32MB", "max_wal_size": "32MB"}
        server = stack.enter_context(postgres_server.started(folder / "server", **small_wal))
        database = stack.enter_context(closing(Database(server.url("serving", "serving"), "serving")))
        log = PredictionLog(database)
        ballast = _fill(folder, leave=4 * MIB)

        acknowledged, refused, told = _append_until_refused(log, "x" * 1000)

        assert "free some space" in told or "may be told again" in told
        ballast.unlink()
        server.restart()
        log.append(refused)
        assert logged(log) == ids(*acknowledged, refused)


def test_an_embedded_database_that_finds_its_disk_full_says_so_and_goes_on_when_there_is_room(tmp_path):
    with closing(Database(f"sqlite:///{tmp_path}/serving.db", "serving")) as database:
        log = PredictionLog(database)
        log.append(first := batch(999, text="x" * 1000))
        pages = 200

        @event.listens_for(database._engine, "begin")
        def limit(connection):
            connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")

        acknowledged, refused, told = _append_until_refused(log, "x" * 1000)

        assert "free some space on the database's disk; nothing of this was stored" in told
        assert logged(log) == ids(first, *acknowledged)
        pages = 2**30
        log.append(refused)
        assert logged(log) == ids(first, *acknowledged, refused)


def test_an_embedded_database_in_a_place_that_cannot_be_written_says_so(tmp_path):
    (tmp_path / "taken").write_text("not a folder")
    (tmp_path / "text.db").write_text("not a database, but long enough to be looked at " * 20)

    with pytest.raises(StoreError, match="taken"):
        PredictionLog(Database(f"sqlite:///{tmp_path}/taken/serving.db", "serving")).append(batch(1))
    with pytest.raises(StoreError, match="this file is no SQLite database"):
        PredictionLog(Database(f"sqlite:///{tmp_path}/text.db", "serving")).append(batch(1))


def test_an_embedded_database_that_another_process_holds_is_waited_for(tmp_path):
    with closing(Database(f"sqlite:///{tmp_path}/serving.db", "serving")) as database:
        log = PredictionLog(database)
        log.append(first := batch(1))
        with closing(Database(f"sqlite:///{tmp_path}/serving.db", "serving")) as other:
            holding, release = threading.Event(), threading.Event()

            def hold():
                with other.writing("hold"):
                    holding.set()
                    release.wait()

            holder = threading.Thread(target=hold)
            holder.start()
            holding.wait()
            writer = threading.Thread(target=log.append, args=(second := batch(2),))
            writer.start()
            assert logged(log) == ids(first)  # readers do not wait
            release.set()
            writer.join()
            holder.join()

        assert logged(log) == ids(first, second)
