"""The outbox after a power cut: a transaction is in its file as a whole or not at all, and nothing is doubled.

A disk that lies has not stored the end of what it reported as flushed: here, the end of the write-ahead log.
"""

import shutil
from contextlib import closing

import pytest

from fakes.prediction_log import PredictionLog
from support.builders import logged_predictions
from support.drained_log import drain
from support.outbox_processes import replica

BATCH_ROWS = 4


@pytest.fixture
def enqueued(path, fake_database):
    """An outbox with five batches that wait, and their rows."""
    with closing(replica(path, fake_database)) as one:
        one.connection.down = True
        batches = [logged_predictions(number, BATCH_ROWS) for number in range(5)]
        for batch in batches:
            one.log.append(batch)
        yield one, [row for batch in batches for row in batch]


def copy_after_power_cut(path, wal_part=1.0):
    """A copy of the file as the disk has it, with this part of its write-ahead log."""
    copy = path.parent / f"disk-{wal_part}" / path.name
    copy.parent.mkdir()
    shutil.copyfile(path, copy)
    wal = path.with_name(f"{path.name}-wal").read_bytes()
    copy.with_name(f"{copy.name}-wal").write_bytes(wal[: round(len(wal) * wal_part)])
    return copy


@pytest.mark.parametrize("wal_part", [0.0, 0.5, 0.8, 0.9, 0.99, 1.0])
def test_lost_end_of_the_file__loses_the_last_batches_as_a_whole(wal_part, path, enqueued):
    _, acknowledged = enqueued
    database = PredictionLog()

    with closing(replica(copy_after_power_cut(path, wal_part), database)) as restarted:
        drain(restarted.outbox)
        restarted.log.append(later := logged_predictions(9))

        kept = list(database.predictions.values())[: -len(later)]
        assert kept == acknowledged[: len(kept)]
        assert len(kept) % BATCH_ROWS == 0
        assert (len(kept) == len(acknowledged)) == (wal_part == 1.0)
        assert restarted.outbox.state().file_error is None


def test_lost_deletions__are_forwarded_again_and_stored_once(path, enqueued, fake_database):
    one, acknowledged = enqueued
    copy = copy_after_power_cut(path)
    one.connection.down = False
    drain(one.outbox)

    with closing(replica(copy, fake_database)) as restarted:
        assert restarted.outbox.state().pending == len(acknowledged)
        drain(restarted.outbox)

    assert list(fake_database.predictions.values()) == acknowledged


def test_enqueued_rows__are_flushed_to_the_disk(enqueued):
    one, _ = enqueued
    with one.outbox.file.write() as store:
        full = 2
        assert store.connection.execute("PRAGMA synchronous").fetchone() == (full,)
