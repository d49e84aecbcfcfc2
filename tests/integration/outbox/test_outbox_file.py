"""The outbox's file: broken, full, of the version before, and what it remembers; the database is a fake one."""

import sqlite3
from contextlib import closing

import pytest

from adapters.outbox import sqlite_file
from delay_core.errors import OutboxFull, StoreError
from support.builders import keyed_request, logged_predictions
from support.drained_log import drain
from support.outbox_processes import replica

FORMAT_1 = """
CREATE TABLE entries (
  seq INTEGER PRIMARY KEY AUTOINCREMENT, lane TEXT NOT NULL, kind TEXT NOT NULL, at INTEGER NOT NULL,
  payload TEXT NOT NULL, record_id BLOB, shipment_id TEXT, key TEXT, error TEXT
);
CREATE INDEX entries_waiting ON entries (lane, seq) WHERE error IS NULL;
CREATE INDEX entries_aside ON entries (seq) WHERE error IS NOT NULL;
CREATE INDEX entries_record ON entries (record_id) WHERE record_id IS NOT NULL;
CREATE UNIQUE INDEX entries_answer ON entries (key) WHERE kind = 'answer';
CREATE TABLE held (rows INTEGER NOT NULL, erasures INTEGER NOT NULL);
INSERT INTO held VALUES (0, 0);
PRAGMA user_version = 1;
"""
FORMAT_2 = f"""{FORMAT_1}
ALTER TABLE held ADD COLUMN bytes INTEGER NOT NULL DEFAULT 0;
ALTER TABLE held ADD COLUMN superseded INTEGER NOT NULL DEFAULT 0;
CREATE TABLE recent_answers (
  position INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, at INTEGER NOT NULL, payload TEXT NOT NULL
);
PRAGMA user_version = 2;
"""


def make_unusable(path, how):
    if how == "a folder":
        path.mkdir()
    elif how == "in no folder":
        path.parent.rmdir()
        path.parent.write_text("a file")
    elif how == "damaged":
        path.write_bytes(b"SQLite format 3\0" + bytes(range(256)) * 40)
    else:
        with closing(sqlite3.connect(path)) as connection:
            connection.execute("PRAGMA user_version = 9")


@pytest.mark.parametrize("how", ["a folder", "in no folder", "damaged", "of a newer version"])
def test_unusable_file__rows_go_to_the_database_alone(how, path, fake_database):
    make_unusable(path, how)
    with closing(replica(path, fake_database)) as one:
        one.outbox.start()
        one.log.append(batch := logged_predictions(1))
        assert one.log.append_once([keyed := keyed_request(2)]) == [keyed.answer]
        state = one.outbox.state()

        assert one.reader.get(batch[0].prediction_id) == batch[0]
        assert one.reader.get_many([batch[1].prediction_id]) == {batch[1].prediction_id: batch[1]}
        assert one.log.find_answer(keyed.answer.key) == keyed.answer
        assert len(fake_database.predictions) == 22
        assert state.database_up
        assert str(path) in state.file_error

        one.connection.down = True
        with pytest.raises(StoreError):
            one.log.append(logged_predictions(3))
        with pytest.raises(StoreError):
            one.log.append_once([keyed_request(4)])
        assert len(fake_database.predictions) == 22


def test_file_that_is_repaired__is_used_again(path, fake_database):
    make_unusable(path, "damaged")
    with closing(replica(path, fake_database)) as one:
        one.log.append(logged_predictions(1))
        path.unlink()
        one.connection.down = True

        one.log.append(logged_predictions(2))

        assert (one.outbox.state().pending, one.outbox.state().file_error) == (20, None)


def fill_disk(one):
    """Let every later transaction of this process find its disk full."""
    connect = one.outbox.file.connect

    def connect_to_full_disk(synchronous):
        connection = connect(synchronous)
        (pages,) = connection.execute("PRAGMA page_count").fetchone()
        connection.execute(f"PRAGMA max_page_count = {pages}")
        return connection

    one.outbox.close()
    one.outbox.file.connect = connect_to_full_disk


def test_full_disk__refuses_rows_only_while_the_database_is_unavailable(path, fake_database):
    with closing(replica(path, fake_database)) as one:
        one.connection.down = True
        one.log.append(pending := logged_predictions(1))
        fill_disk(one)

        with pytest.raises(StoreError, match="disk full"):
            one.log.append(logged_predictions(2, 500))
        refused = one.outbox.state()
        one.connection.down = False
        one.log.append(past := logged_predictions(3, 500))

        assert "is full" in refused.file_error
        assert (refused.pending, one.outbox.state().pending) == (20, 20)
        assert {row.prediction_id for row in fake_database.predictions.values()} == {row.prediction_id for row in past}
        drain(one.outbox)
        assert len(fake_database.predictions) == len(pending) + len(past)
        assert one.outbox.state().pending == 0


def test_full_outbox__writes_past_pending_rows_once_the_database_is_available(path, fake_database):
    with closing(replica(path, fake_database, max_rows=25)) as one:
        one.connection.down = True
        one.log.append(logged_predictions(1))
        one.log.append_once([waiting := keyed_request(1, 1)])
        with pytest.raises(OutboxFull, match="20 rows beside its 22"):
            one.log.append(logged_predictions(2))
        one.outbox.channels[0].database_down = one.connection.down = False  # as the forwarder says

        one.log.append(past := logged_predictions(3))
        answers = one.log.append_once([keyed_request(1, 1), new := keyed_request(2, 9)])

        assert answers == [waiting.answer, new.answer]
        assert fake_database.predictions.keys() == {
            (row.predicted_at, row.prediction_id) for row in (*past, *new.predictions)
        }
        assert one.outbox.state().pending == 22


def test_outbox__is_limited_in_bytes(path, fake_database):
    with closing(replica(path, fake_database, max_bytes=10_000)) as one:
        one.connection.down = True
        one.log.append(logged_predictions(1, 10))
        size = one.outbox.state().size
        with pytest.raises(OutboxFull, match="bytes"):
            one.log.append(logged_predictions(2, 20, request_data={"text": "x" * 400}))
        one.log.append(logged_predictions(3, 10))
        drained = one.outbox.state().size

        assert 1000 < size < 10_000
        assert drained == pytest.approx(2 * size, rel=0.01)
        one.connection.down = False
        drain(one.outbox)
        assert (one.outbox.state().size, one.outbox.state().pending) == (0, 0)


@pytest.mark.parametrize("file_format", [FORMAT_1, FORMAT_2], ids=["format 1", "format 2"])
def test_file_of_a_version_before__is_upgraded_and_forwarded(file_format, path, fake_database):
    with closing(replica(path.with_name("new.db"), fake_database)) as new:
        new.connection.down = True
        new.log.append(batch := logged_predictions(1))
        new.log.append_once([keyed := keyed_request(2)])
        with closing(sqlite3.connect(path, isolation_level=None)) as old, new.outbox.file.read() as rows:
            old.executescript(file_format)
            columns = "seq, lane, kind, at, payload, record_id, shipment_id, key, error"
            for row in rows.connection.execute(f"SELECT {columns} FROM entries"):  # noqa: S608 - constant text
                old.execute("INSERT INTO entries VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", row)
            old.execute("UPDATE held SET rows = 23")
            size = new.outbox.state().size
            if file_format == FORMAT_2:
                old.execute("UPDATE held SET bytes = ?", (size,))

    with closing(replica(path, fake_database)) as one:
        one.connection.down = True
        assert one.log.append_once([keyed_request(2)]) == [keyed.answer]
        assert (one.outbox.state().pending, one.outbox.state().size) == (23, size)
        one.connection.down = False
        drain(one.outbox)

        assert (one.outbox.state().pending, one.outbox.state().size) == (0, 0)
        assert fake_database.predictions.keys() == {
            (row.predicted_at, row.prediction_id) for row in (*batch, *keyed.predictions)
        }
        assert one.log.find_answer(keyed.answer.key) == keyed.answer


def test_file_of_this_version__still_serves_a_process_of_the_version_before(path, fake_database):
    """That process counts and deletes rows with the statements below, and may have the file open."""
    with closing(replica(path, fake_database)) as one, closing(sqlite3.connect(path, isolation_level=None)) as old:
        one.connection.down = True
        one.log.append(logged_predictions(1))
        old.execute("DELETE FROM entries WHERE lane = 'predictions' AND error IS NULL AND seq BETWEEN 1 AND 5")
        old.execute("UPDATE held SET rows = rows - 5")
        old.execute("UPDATE held SET erasures = erasures + 1")
        assert old.execute("SELECT erasures FROM held").fetchone() == (1,)

        one.connection.down = False
        drain(one.outbox)
        assert (one.outbox.state().pending, len(fake_database.predictions)) == (0, 15)


def test_connection__is_closed_where_its_folder_cannot_be_flushed(path, monkeypatch):
    opened = []

    def connect(*arguments, **options):
        opened.append(open_file(*arguments, **options))
        return opened[-1]

    def fail(_folder):
        raise OSError("Input/output error")

    open_file = sqlite3.connect
    monkeypatch.setattr(sqlite3, "connect", connect)
    monkeypatch.setattr(sqlite_file, "fsync_path", fail)

    with pytest.raises(OSError, match="Input/output error"):
        sqlite_file.OutboxFile(path).connect("FULL")
    with pytest.raises(sqlite3.ProgrammingError, match="closed"):
        opened[0].execute("SELECT 1")
