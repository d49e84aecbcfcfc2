"""Synchronizing a folder with a bucket: copies, deletions, conflicts, errors."""

import os

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.s3.sync import FolderSync
from delay_core.errors import StoreError
from delay_core.ports.folder_sync import SyncStep
from support.s3_server import PAGE, connected, fresh_bucket
from support.sync_pair import SyncedPair

MIB = 2**20


@pytest.fixture
def client(monkeypatch):
    return connected(monkeypatch)


@pytest.fixture
def pair(client, tmp_path):
    return SyncedPair(client, tmp_path / "data", fresh_bucket(client))


def test_sync__copies_new_files_both_ways(pair):
    pair.write("a/here.csv", b"1")
    pair.put("b/there.csv", b"2")
    assert pair() == {"a/here.csv": "upload", "b/there.csv": "download"}
    assert pair.here == pair.there == {"a/here.csv": b"1", "b/there.csv": b"2"}
    assert pair() == {}


def test_dry_run__reports_the_same_and_changes_nothing(pair):
    pair.write("a", b"1")
    pair.put("b", b"2")
    assert pair(dry_run=True) == {"a": "(upload)", "b": "(download)"}
    assert pair.here == {"a": b"1"}
    assert pair.there == {"b": b"2"}
    assert pair.names == ["a"]


def test_sync__copies_changes_of_one_side(pair):
    pair.write("a", b"1")
    pair.write("b", b"1")
    pair()
    pair.write("a", b"2")
    pair.put("b", b"2")
    assert pair() == {"a": "upload", "b": "download"}
    assert pair.here == pair.there == {"a": b"2", "b": b"2"}


def test_sync__does_not_copy_equal_content(pair):
    """Another client uploaded it in parts, so its ETag is no digest of the content."""
    content = os.urandom(11 * MIB)
    pair.write("a", content)
    pair.client.boto.upload_file(str(pair.folder / "a"), pair.bucket, "a")
    assert pair.client.boto.head_object(Bucket=pair.bucket, Key="a")["ETag"].endswith('-2"')
    assert pair() == {}
    (pair.folder / "a").unlink()
    assert pair(delete=False) == {"a": "(delete_remote)"}


def test_sync__copies_large_files_in_parts(pair, tmp_path):
    content = os.urandom(11 * MIB)
    pair.write("a", content)
    assert pair() == {"a": "upload"}
    assert pair.client.boto.head_object(Bucket=pair.bucket, Key="a")["ETag"].endswith('-3"')
    other = SyncedPair(pair.client, tmp_path / "other", pair.bucket)
    assert other() == {"a": "download"}
    assert other.here == {"a": content}


def test_delete__is_required_to_repeat_a_deletion(pair):
    pair.write("a", b"1")
    pair.write("x/b", b"1")
    pair.write("c", b"1")
    pair()
    pair.drop("x/b")
    (pair.folder / "a").unlink()
    for _ in range(2):
        assert pair() == {"a": "(delete_remote)", "x/b": "(delete_local)"}
    assert pair.here == {"x/b": b"1", "c": b"1"}
    assert pair(delete=True) == {"a": "delete_remote", "x/b": "delete_local"}
    assert pair.here == pair.there == {"c": b"1"}
    assert not (pair.folder / "x").exists()
    assert pair(delete=True) == {}


def test_restore__copies_deleted_files_back(pair):
    pair.write("a", b"1")
    pair.write("b", b"1")
    pair()
    pair.drop("b")
    (pair.folder / "a").unlink()
    assert pair(restore=True) == {"a": "download", "b": "upload"}
    assert pair.here == pair.there == {"a": b"1", "b": b"1"}


def test_conflict__is_reported_and_changes_nothing(pair):
    pair.write("a", b"1")
    pair()
    pair.write("a", b"2")
    pair.put("a", b"3")
    report = FolderSync(pair.client)(pair.folder, pair.bucket, delete=True)
    assert report.unresolved == (SyncStep("a", "conflict", False, "changed on both sides; keep one of the two"),)
    assert (pair.here, pair.there) == ({"a": b"2"}, {"a": b"3"})
    pair.write("a", b"3")
    assert pair() == {}


def test_folder_markers__are_ignored(pair):
    pair.put("x/", b"")
    pair.put("x/a", b"1")
    assert pair() == {"x/a": "download"}


def test_prefix__is_synchronized_like_a_bucket(pair):
    pair.put("elsewhere", b"1")
    pair.put("sub/a", b"2")
    pair.write("b", b"3")
    assert {step.path for step in FolderSync(pair.client)(pair.folder, f"s3://{pair.bucket}/sub/").steps} == {
        "a",
        "b",
    }
    assert pair.there == {"elsewhere": b"1", "sub/a": b"2", "sub/b": b"3"}


def test_another_bucket__has_a_state_of_its_own(pair):
    pair.write("a", b"1")
    pair()
    other = SyncedPair(pair.client, pair.folder, fresh_bucket(pair.client))
    assert other(delete=True) == {"a": "upload"}
    assert pair() == {}


def test_sync__reads_all_pages_of_a_listing(pair):
    paths = [f"{number:04}" for number in range(2 * PAGE + 3)]
    for path in paths:
        pair.put(path, b"1")
    report = FolderSync(pair.client)(pair.folder, pair.bucket, dry_run=True)
    assert [step.path for step in report.steps] == paths


def test_invalid_state_file__is_reported(pair):
    pair.write(".sync-state.json", b"{")
    with pytest.raises(StoreError, match=r"sync-state\.json is not valid .*start again"):
        pair()


def test_read_only_folder__is_reported(pair):
    pair.folder.write_bytes(b"a file")
    with pytest.raises(StoreError, match="Not a directory"):
        pair()


def test_missing_bucket__is_reported(pair):
    with pytest.raises(StoreError, match=r"s3://no-such-bucket/: there is no such bucket"):
        FolderSync(pair.client)(pair.folder, "no-such-bucket")
    with pytest.raises(StoreError, match="names no bucket"):
        FolderSync(pair.client)(pair.folder, "s3://")
    assert not pair.folder.exists()


DEEDS = st.lists(
    st.tuples(st.sampled_from(["here", "there"]), st.sampled_from(["a", "x/b"]), st.sampled_from([None, b"1", b"2"])),
    max_size=4,
)


def test_second_synchronization__copies_nothing_after_any_changes(client, tmp_path_factory):
    @settings(max_examples=15, deadline=None, database=None, derandomize=True)
    @given(DEEDS, DEEDS)
    def check(before, after):
        pair = SyncedPair(client, tmp_path_factory.mktemp("pair"), fresh_bucket(client))
        for deeds in (before, after):
            for side, path, content in deeds:
                if content is None:
                    (pair.folder / path).unlink(missing_ok=True) if side == "here" else pair.drop(path)
                else:
                    (pair.write if side == "here" else pair.put)(path, content)
            here, there = pair.here, pair.there
            pair()
            assert pair.here.keys() >= here.keys()
            assert pair.there.keys() >= there.keys()
            assert {what for what in pair().values() if not what.startswith("(")} == set()

    check()
