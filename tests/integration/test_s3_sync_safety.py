"""Synchronization never leaves the folder, overwrites a concurrent change, or loses files."""

import hashlib
import json
import os
import signal
import subprocess
import sys

import pytest

from adapters.s3 import S3Client
from adapters.s3.sync import SyncPair
from delay_core.errors import StoreError
from support.faulty_proxy import FaultyProxy
from support.s3_server import connected, endpoint, fresh_bucket, reach, refusal, withhold
from support.sync_pair import SyncedPair

MIB = 2**20


@pytest.fixture
def client(monkeypatch):
    return connected(monkeypatch)


@pytest.fixture
def pair(client, tmp_path):
    return SyncedPair(client, tmp_path / "data", fresh_bucket(client))


def test_unsafe_keys__are_refused(pair, monkeypatch):
    """A server may list keys that no client can request."""
    evil = ["../evil", "/evil", "x/../../evil", "back\\evil", "x//evil", "both", "both/evil"]
    listed = "".join(
        f"<Contents><Key>{key}</Key><ETag>1</ETag><Size>1</Size></Contents>" for key in [*evil, ".sync.lock"]
    )
    body = f"<ListBucketResult><IsTruncated>false</IsTruncated>{listed}</ListBucketResult>".encode()
    with FaultyProxy(endpoint(), answer=lambda _: (200, body)) as proxy:
        reach(monkeypatch, proxy.url)
        assert SyncedPair(S3Client(max_attempts=1), pair.folder, pair.bucket)() == dict.fromkeys(
            sorted(evil), "(refused)"
        )
        assert [request.method for request in proxy.requests] == ["GET"]
    assert pair.here == {}


def test_symbolic_links__are_not_followed(pair, tmp_path):
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


def test_folder_replaced_by_a_link__is_not_followed(pair, tmp_path):
    (tmp_path / "outside").mkdir()
    pair.put("x/a", b"evil")
    sync = SyncPair(pair.client, pair.folder, pair.bucket)
    survey = sync.plan()
    pair.folder.mkdir()
    (pair.folder / "x").symlink_to(tmp_path / "outside")
    (step,) = sync.apply(survey).steps
    assert (step.action, step.done) == ("conflict", False)
    assert "symbolic link" in step.reason
    assert list((tmp_path / "outside").iterdir()) == []


def test_file_with_the_name_of_a_folder__is_refused(pair):
    pair.write("a", b"1")
    pair.put("a/b", b"2")
    assert pair() == {"a": "(refused)", "a/b": "(refused)"}
    assert (pair.here, pair.there) == ({"a": b"1"}, {"a/b": b"2"})


def test_special_file__is_refused(pair):
    pair.folder.mkdir()
    os.mkfifo(pair.folder / "pipe")
    (pair.folder / os.fsdecode(b"\xff")).write_bytes(b"")
    assert list(pair().values()) == ["(refused)", "(refused)"]


def test_changes_after_the_plan__are_not_overwritten(pair):
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
    sync = SyncPair(pair.client, pair.folder, pair.bucket)
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
def test_file_that_changes_during_its_upload__is_not_stored(pair, size):
    pair.write("a", bytes(size))
    sync = SyncPair(pair.client, pair.folder, pair.bucket)
    survey = sync.plan()
    pair.write("a", b"1" * size)
    with pytest.raises(StoreError, match="changed while it was read; nothing was stored"):
        sync.apply(survey)
    assert pair.there == {}
    assert "Uploads" not in pair.client.boto.list_multipart_uploads(Bucket=pair.bucket)
    assert pair() == {"a": "upload"}


def test_object_that_does_not_match_its_digest__is_not_written(pair):
    wrong = {"delay-sha256": hashlib.sha256(b"right").hexdigest()}
    pair.client.boto.put_object(Bucket=pair.bucket, Key="a", Body=b"wrong", Metadata=wrong)
    with pytest.raises(StoreError, match="does not match its checksum"):
        pair()
    assert pair.here == {}


@pytest.mark.parametrize("side", ["bucket", "folder"])
def test_empty_side__does_not_empty_the_other(pair, side):
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


def test_failure__keeps_the_steps_before_it(pair, monkeypatch):
    paths = [f"{number:02}" for number in range(40)]
    for path in paths:
        pair.write(path, b"1")

    def deny(request):
        return refusal(403, "AccessDenied") if request.path.endswith("/20") else None

    with FaultyProxy(endpoint(), answer=deny) as proxy:
        reach(monkeypatch, proxy.url)
        broken = SyncedPair(S3Client(max_attempts=1), pair.folder, pair.bucket)
        with pytest.raises(StoreError, match="/20: access denied"):
            broken()
        (state,) = json.loads((pair.folder / ".sync-state.json").read_text())["buckets"].values()
    assert set(paths[:17]) <= set(state) < set(paths)
    assert set(state) == set(pair.there)
    assert pair().keys() == set(paths) - set(state)
    assert pair.here == pair.there


def test_lost_response__is_not_a_conflict(pair, monkeypatch):
    pair.write("a", b"1")
    attempts = []

    def lose(request):
        if request.method != "PUT" or not request.path.endswith("/a"):
            return False
        attempts.append(request)
        return len(attempts) == 1

    with FaultyProxy(endpoint(), lose=lose) as proxy:
        reach(monkeypatch, proxy.url)
        assert SyncedPair(S3Client(max_attempts=2), pair.folder, pair.bucket)() == {"a": "upload"}
    assert len(attempts) == 2


@pytest.mark.parametrize("ignored", ["If-None-Match", "If-Match"])
def test_server_that_ignores_conditions__is_refused_before_an_upload(pair, ignored):
    pair.put("down", b"1")
    pair.write("up", b"1")
    client = S3Client(max_attempts=1)
    withhold(client, ignored)
    behind = SyncedPair(client, pair.folder, pair.bucket)
    with pytest.raises(StoreError, match=r"ignores conditional writes .*nothing was copied"):
        behind()
    assert (pair.here, pair.there) == ({"up": b"1"}, {"down": b"1"})
    pair.put("up", b"1")
    assert behind() == {"down": "download"}  # a download overwrites no object


def test_upload__needs_no_right_to_delete(pair, monkeypatch):
    pair.write("up", b"1")
    with FaultyProxy(
        endpoint(), answer=lambda request: refusal(403, "AccessDenied") if request.method == "DELETE" else None
    ) as proxy:
        reach(monkeypatch, proxy.url)
        assert SyncedPair(S3Client(max_attempts=1), pair.folder, pair.bucket)() == {"up": "upload"}
    assert pair() == {}


KILLED = """
import os, signal, sys
from pathlib import Path
from adapters.s3 import S3Client, FolderSync
os.fsync = lambda _: os.kill(os.getpid(), signal.SIGKILL)
FolderSync(S3Client(max_attempts=1))(Path(sys.argv[1]), sys.argv[2])
"""


def test_killed_download__leaves_no_partial_file(pair):
    pair.put("a", b"1" * 1000)
    ended = subprocess.run([sys.executable, "-c", KILLED, str(pair.folder), pair.bucket], check=False)
    assert ended.returncode == -signal.SIGKILL
    assert [name[:5] for name in pair.names] == [".sync"] * 2
    assert pair() == {"a": "download"}
    assert pair.names == [".sync-state.json", ".sync.lock", "a"]


def test_second_synchronization__waits_or_is_refused(pair):
    pair.write("a", b"1")
    one, two = (SyncPair(pair.client, pair.folder, pair.bucket) for _ in range(2))
    stale = two.plan()
    with one._folder.lock(), pytest.raises(StoreError, match="is being synchronized already"):
        two.apply(stale)
    one.apply(one.plan())
    with pytest.raises(StoreError, match="was synchronized after this plan was made"):
        two.apply(stale)
    assert pair() == {}
