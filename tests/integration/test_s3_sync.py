"""A folder and a real bucket kept alike: what moves, what stays, what is told."""

import hashlib
import json
import os
import signal
import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.s3 import Connection
from adapters.s3.sync import FolderSync, Sync
from delay_core.errors import StoreError
from delay_core.ports.folder_sync import SyncStep
from support.faulty_proxy import FaultyProxy
from support.s3_server import PAGE, connected, endpoint, fresh_bucket, reach, refusal

MIB = 2**20


class Pair:
    """A folder and a bucket, with words for what people do to them."""

    def __init__(self, connection, folder, bucket):
        self.connection, self.folder, self.bucket = connection, folder, bucket

    def __call__(self, **options):
        report = FolderSync(self.connection)(self.folder, self.bucket, **options)
        return {step.path: step.action if step.done else f"({step.action})" for step in report.steps}

    def put(self, path, content):
        self.connection.client.put_object(Bucket=self.bucket, Key=path, Body=content)

    def drop(self, path):
        self.connection.client.delete_object(Bucket=self.bucket, Key=path)

    def write(self, path, content):
        target = self.folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)

    @property
    def names(self):
        return sorted(path.name for path in self.folder.iterdir())

    @property
    def here(self):
        own = (".sync.lock", ".sync-state.json")
        files = [path for path in self.folder.rglob("*") if path.is_file() and path.name not in own]
        return {path.relative_to(self.folder).as_posix(): path.read_bytes() for path in files}

    @property
    def there(self):
        client = self.connection.client
        pages = client.get_paginator("list_objects_v2").paginate(Bucket=self.bucket)
        keys = [each["Key"] for page in pages for each in page.get("Contents", ())]
        return {key: client.get_object(Bucket=self.bucket, Key=key)["Body"].read() for key in keys}


@pytest.fixture
def connection(monkeypatch):
    return connected(monkeypatch)


@pytest.fixture
def pair(connection, tmp_path):
    return Pair(connection, tmp_path / "data", fresh_bucket(connection))


def test_what_only_one_side_has_goes_to_the_other(pair):
    pair.write("a/here.csv", b"1")
    pair.put("b/there.csv", b"2")
    assert pair() == {"a/here.csv": "upload", "b/there.csv": "download"}
    assert pair.here == pair.there == {"a/here.csv": b"1", "b/there.csv": b"2"}
    assert pair() == {}


def test_a_dry_run_tells_the_same_and_does_nothing(pair):
    pair.write("a", b"1")
    pair.put("b", b"2")
    assert pair(dry_run=True) == {"a": "(upload)", "b": "(download)"}
    assert pair.here == {"a": b"1"}
    assert pair.there == {"b": b"2"}
    assert pair.names == ["a"]


def test_a_change_on_one_side_goes_to_the_other(pair):
    pair.write("a", b"1")
    pair.write("b", b"1")
    pair()
    pair.write("a", b"2")
    pair.put("b", b"2")
    assert pair() == {"a": "upload", "b": "download"}
    assert pair.here == pair.there == {"a": b"2", "b": b"2"}


def test_equal_content_is_never_moved_however_it_was_uploaded(pair):
    """By somebody else's client, in parts, so that its ETag says nothing about it."""
    content = os.urandom(11 * MIB)
    pair.write("a", content)
    pair.connection.client.upload_file(str(pair.folder / "a"), pair.bucket, "a")
    assert pair.connection.client.head_object(Bucket=pair.bucket, Key="a")["ETag"].endswith('-2"')
    assert pair() == {}
    (pair.folder / "a").unlink()
    assert pair(delete=False) == {"a": "(delete_remote)"}


def test_large_files_travel_in_parts_both_ways(pair, tmp_path):
    content = os.urandom(11 * MIB)
    pair.write("a", content)
    assert pair() == {"a": "upload"}
    assert pair.connection.client.head_object(Bucket=pair.bucket, Key="a")["ETag"].endswith('-3"')
    other = Pair(pair.connection, tmp_path / "other", pair.bucket)
    assert other() == {"a": "download"}
    assert other.here == {"a": content}


def test_what_was_deleted_stays_deleted_and_goes_only_when_told(pair):
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


def test_what_was_deleted_comes_back_when_told(pair):
    pair.write("a", b"1")
    pair.write("b", b"1")
    pair()
    pair.drop("b")
    (pair.folder / "a").unlink()
    assert pair(restore=True) == {"a": "download", "b": "upload"}
    assert pair.here == pair.there == {"a": b"1", "b": b"1"}


def test_a_file_that_changed_on_both_sides_is_left_alone_and_told(pair):
    pair.write("a", b"1")
    pair()
    pair.write("a", b"2")
    pair.put("a", b"3")
    report = FolderSync(pair.connection)(pair.folder, pair.bucket, delete=True)
    assert report.unresolved == (SyncStep("a", "conflict", False, "changed on both sides; keep one of the two"),)
    assert (pair.here, pair.there) == ({"a": b"2"}, {"a": b"3"})
    pair.write("a", b"3")
    assert pair() == {}


def test_keys_that_lead_out_of_the_folder_are_refused(pair, monkeypatch):
    """A server lists what honest clients cannot even ask for."""
    evil = ["../evil", "/evil", "x/../../evil", "back\\evil", "x//evil", "both", "both/evil"]
    listed = "".join(
        f"<Contents><Key>{key}</Key><ETag>1</ETag><Size>1</Size></Contents>" for key in [*evil, ".sync.lock"]
    )
    body = f"<ListBucketResult><IsTruncated>false</IsTruncated>{listed}</ListBucketResult>".encode()
    with FaultyProxy(endpoint(), answer=lambda _: (200, body)) as proxy:
        reach(monkeypatch, proxy.url)
        assert Pair(Connection(attempts=1), pair.folder, pair.bucket)() == dict.fromkeys(sorted(evil), "(refused)")
        assert [request.method for request in proxy.requests] == ["GET"]
    assert pair.here == {}


def test_symbolic_links_are_neither_read_nor_written_through(pair, tmp_path):
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret").write_bytes(b"secret")
    pair.folder.mkdir()
    (pair.folder / "file").symlink_to(outside / "secret")
    (pair.folder / "folder").symlink_to(outside)
    pair.put("file", b"evil")
    pair.put("folder/secret", b"evil")
    assert pair() == {"file": "(refused)", "folder": "(refused)", "folder/secret": "(refused)"}
    assert (outside / "secret").read_bytes() == b"secret"
    assert pair.there == {"file": b"evil", "folder/secret": b"evil"}


def test_a_folder_that_becomes_a_link_after_the_plan_is_not_written_through(pair, tmp_path):
    (tmp_path / "outside").mkdir()
    pair.put("x/a", b"evil")
    sync = Sync(pair.connection, pair.folder, pair.bucket)
    survey = sync.plan()
    pair.folder.mkdir()
    (pair.folder / "x").symlink_to(tmp_path / "outside")
    (step,) = sync.apply(survey).steps
    assert (step.action, step.done) == ("conflict", False)
    assert "symbolic link" in step.why
    assert list((tmp_path / "outside").iterdir()) == []


def test_a_file_in_the_place_of_a_folder_is_refused(pair):
    pair.write("a", b"1")
    pair.put("a/b", b"2")
    assert pair() == {"a": "(refused)", "a/b": "(refused)"}
    assert (pair.here, pair.there) == ({"a": b"1"}, {"a/b": b"2"})


def test_a_file_that_is_no_file_is_refused(pair):
    pair.folder.mkdir()
    os.mkfifo(pair.folder / "pipe")
    (pair.folder / os.fsdecode(b"\xff")).write_bytes(b"")
    assert list(pair().values()) == ["(refused)", "(refused)"]


def test_folder_markers_of_consoles_are_no_files(pair):
    pair.put("x/", b"")
    pair.put("x/a", b"1")
    assert pair() == {"x/a": "download"}


def test_a_prefix_is_a_bucket_of_its_own(pair):
    pair.put("elsewhere", b"1")
    pair.put("sub/a", b"2")
    pair.write("b", b"3")
    assert {step.path for step in FolderSync(pair.connection)(pair.folder, f"s3://{pair.bucket}/sub/").steps} == {
        "a",
        "b",
    }
    assert pair.there == {"elsewhere": b"1", "sub/a": b"2", "sub/b": b"3"}


def test_changes_between_plan_and_deed_are_not_overwritten(pair):
    for path in ("up", "up_dropped", "down", "gone_here", "gone_there", "kept"):
        pair.write(path, b"1")
    pair()
    pair.write("up", b"2")
    pair.write("up_dropped", b"2")
    pair.put("down", b"2")
    pair.put("replaced", b"2")
    pair.drop("gone_here")
    (pair.folder / "gone_there").unlink()
    pair.write("new_here", b"2")
    pair.put("new_there", b"2")
    sync = Sync(pair.connection, pair.folder, pair.bucket)
    survey = sync.plan()
    for path in ("up", "gone_there", "new_here", "replaced"):
        pair.put(path, b"in the bucket")
    pair.drop("up_dropped")
    for path in ("down", "gone_here", "new_there"):
        pair.write(path, b"in the folder")
    report = sync.apply(survey, delete=True)
    assert {(step.action, step.done) for step in report.steps} == {("conflict", False)}
    assert len(report.steps) == 8
    for path in ("up", "gone_there", "new_here", "replaced"):
        assert pair.there[path] == b"in the bucket"
    for path in ("down", "gone_here", "new_there"):
        assert pair.here[path] == b"in the folder"


@pytest.mark.parametrize("size", [1, 11 * MIB])
def test_a_file_that_changes_while_it_goes_up_is_not_stored(pair, size):
    pair.write("a", bytes(size))
    sync = Sync(pair.connection, pair.folder, pair.bucket)
    survey = sync.plan()
    pair.write("a", b"1" * size)
    with pytest.raises(StoreError, match="changed while it was read; nothing was stored"):
        sync.apply(survey)
    assert pair.there == {}
    assert "Uploads" not in pair.connection.client.list_multipart_uploads(Bucket=pair.bucket)
    assert pair() == {"a": "upload"}


def test_an_object_that_is_not_what_its_digest_says_is_not_put_in_place(pair):
    wrong = {"delay-sha256": hashlib.sha256(b"right").hexdigest()}
    pair.connection.client.put_object(Bucket=pair.bucket, Key="a", Body=b"wrong", Metadata=wrong)
    with pytest.raises(StoreError, match="does not fit its checksum"):
        pair()
    assert pair.here == {}


@pytest.mark.parametrize("side", ["bucket", "folder"])
def test_an_empty_side_does_not_empty_the_other(pair, side):
    pair.write("a", b"1")
    pair()
    if side == "bucket":
        pair.drop("a")
    else:
        (pair.folder / "a").unlink()
    with pytest.raises(StoreError, match="is empty, and had 1 files: is it the right one"):
        pair(delete=True)
    pair(restore=True)
    assert pair.here == pair.there == {"a": b"1"}


def test_another_bucket_knows_nothing_of_what_was_deleted(pair):
    pair.write("a", b"1")
    pair()
    other = Pair(pair.connection, pair.folder, fresh_bucket(pair.connection))
    assert other(delete=True) == {"a": "upload"}
    assert pair() == {}


def test_more_objects_than_a_page_of_a_listing(pair):
    paths = [f"{number:04}" for number in range(2 * PAGE + 3)]
    for path in paths:
        pair.put(path, b"1")
    report = FolderSync(pair.connection)(pair.folder, pair.bucket, dry_run=True)
    assert [step.path for step in report.steps] == paths


def test_a_failure_in_the_middle_keeps_what_was_done(pair, monkeypatch):
    paths = [f"{number:02}" for number in range(40)]
    for path in paths:
        pair.write(path, b"1")

    def deny(request):
        return refusal(403, "AccessDenied") if request.path.endswith("/20") else None

    with FaultyProxy(endpoint(), answer=deny) as proxy:
        reach(monkeypatch, proxy.url)
        broken = Pair(Connection(attempts=1), pair.folder, pair.bucket)
        with pytest.raises(StoreError, match="/20: access denied"):
            broken()
        (state,) = json.loads((pair.folder / ".sync-state.json").read_text())["buckets"].values()
    assert set(paths[:17]) <= set(state) < set(paths)
    assert set(state) == set(pair.there)
    assert pair().keys() == set(paths) - set(state)
    assert pair.here == pair.there


def test_a_lost_answer_is_not_taken_for_somebody_elses_change(pair, monkeypatch):
    pair.write("a", b"1")
    with FaultyProxy(endpoint(), lose=lambda request: request.method == "PUT" and request.number == 2) as proxy:
        reach(monkeypatch, proxy.url)
        assert Pair(Connection(attempts=2), pair.folder, pair.bucket)() == {"a": "upload"}


KILLED = """
import os, signal, sys
from pathlib import Path
from adapters.s3 import Connection, FolderSync
os.fsync = lambda _: os.kill(os.getpid(), signal.SIGKILL)
FolderSync(Connection(attempts=1))(Path(sys.argv[1]), sys.argv[2])
"""


def test_a_synchronisation_killed_in_mid_download_leaves_no_half_file(pair):
    pair.put("a", b"1" * 1000)
    ended = subprocess.run([sys.executable, "-c", KILLED, str(pair.folder), pair.bucket], check=False)
    assert ended.returncode == -signal.SIGKILL
    assert [name[:5] for name in pair.names] == [".sync"] * 2
    assert pair() == {"a": "download"}
    assert pair.names == [".sync-state.json", ".sync.lock", "a"]


def test_two_at_once_do_not_disturb_each_other(pair):
    pair.write("a", b"1")
    one, two = (Sync(pair.connection, pair.folder, pair.bucket) for _ in range(2))
    stale = two.plan()
    with one._folder.locked(), pytest.raises(StoreError, match="is being synchronised already"):
        two.apply(stale)
    one.apply(one.plan())
    with pytest.raises(StoreError, match="was synchronised since this plan was made"):
        two.apply(stale)
    assert pair() == {}


def test_a_state_that_cannot_be_understood_is_told(pair):
    pair.write(".sync-state.json", b"{")
    with pytest.raises(StoreError, match=r"sync-state\.json cannot be understood .*begin afresh"):
        pair()


def test_a_folder_that_may_not_be_written_is_told(pair):
    pair.folder.write_bytes(b"a file")
    with pytest.raises(StoreError, match="Not a directory"):
        pair()


def test_no_bucket_is_told(pair):
    with pytest.raises(StoreError, match=r"s3://no-such-bucket/: there is no such bucket"):
        FolderSync(pair.connection)(pair.folder, "no-such-bucket")
    with pytest.raises(StoreError, match="names no bucket"):
        FolderSync(pair.connection)(pair.folder, "s3://")
    assert not pair.folder.exists()


DEEDS = st.lists(
    st.tuples(st.sampled_from(["here", "there"]), st.sampled_from(["a", "x/b"]), st.sampled_from([None, b"1", b"2"])),
    max_size=4,
)


def test_whatever_people_do_the_second_synchronisation_moves_nothing(connection, tmp_path_factory):
    @settings(max_examples=15, deadline=None, database=None, derandomize=True)
    @given(DEEDS, DEEDS)
    def check(before, after):
        pair = Pair(connection, tmp_path_factory.mktemp("pair"), fresh_bucket(connection))
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
