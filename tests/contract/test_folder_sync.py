"""Every FolderSync: additions and changes are copied, deletions on request, conflicts never."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from delay_core.errors import StoreError
from delay_core.ports.folder_sync import FolderSync
from fakes import folder_sync as fake
from support.lazy_module import LazyModule

s3, s3_server = LazyModule("adapters.s3"), LazyModule("support.s3_server")


@dataclass
class BucketInMemory:
    files: dict[str, bytes]

    def put(self, path: str, content: bytes) -> None:
        self.files[path] = content

    def delete(self, path: str) -> None:
        del self.files[path]

    def read(self) -> dict[str, bytes]:
        return dict(self.files)


@dataclass
class RealBucket:
    client: Any
    name: str

    def put(self, path: str, content: bytes) -> None:
        self.client.put_object(Bucket=self.name, Key=path, Body=content)

    def delete(self, path: str) -> None:
        self.client.delete_object(Bucket=self.name, Key=path)

    def read(self) -> dict[str, bytes]:
        listed = self.client.list_objects_v2(Bucket=self.name).get("Contents", ())
        keys = [item["Key"] for item in listed]
        return {key: self.client.get_object(Bucket=self.name, Key=key)["Body"].read() for key in keys}


@dataclass
class Pair:
    """A folder and a bucket that hold the file `kept`, synchronized once."""

    sync: FolderSync
    folder: Path
    bucket: BucketInMemory | RealBucket
    name: str

    def run(self, **options: bool):
        return self.sync(self.folder, self.name, **options)

    def actions(self, **options: bool) -> dict[str, tuple[str, bool]]:
        return {step.path: (step.action, step.done) for step in self.run(**options).steps}

    def local(self) -> dict[str, bytes]:
        return {path.name: path.read_bytes() for path in self.folder.iterdir() if not path.name.startswith(".")}


@pytest.fixture(params=["fake", "s3"])
def pair(request, tmp_path, monkeypatch):
    folder = tmp_path / "data"
    folder.mkdir()
    if request.param == "fake":
        sync = fake.FolderSync()
        sync.buckets["bucket"] = {}
        pair = Pair(sync, folder, BucketInMemory(sync.buckets["bucket"]), "bucket")
    else:
        client = s3_server.connected(monkeypatch)
        name = s3_server.fresh_bucket(client)
        pair = Pair(s3.FolderSync(client), folder, RealBucket(client.boto, name), name)
    (folder / "kept").write_bytes(b"kept")
    pair.run()
    return pair


def test_sync__copies_what_one_side_alone_has(pair):
    (pair.folder / "local").write_bytes(b"1")
    pair.bucket.put("remote", b"2")

    report = pair.run()

    assert [(step.path, step.action, step.done) for step in report.steps] == [
        ("local", "upload", True),
        ("remote", "download", True),
    ]
    assert (report.unchanged, report.dry_run, report.unresolved) == (1, False, ())
    assert pair.local() == pair.bucket.read() == {"kept": b"kept", "local": b"1", "remote": b"2"}
    assert pair.run().steps == ()


def test_sync__copies_the_side_that_changed(pair):
    (pair.folder / "kept").write_bytes(b"changed")

    assert pair.actions() == {"kept": ("upload", True)}
    assert pair.bucket.read() == {"kept": b"changed"}


def test_dry_run__changes_nothing(pair):
    pair.bucket.put("remote", b"2")

    report = pair.run(dry_run=True)

    assert [(step.path, step.action, step.done) for step in report.steps] == [("remote", "download", False)]
    assert report.dry_run
    assert pair.local() == {"kept": b"kept"}


def test_deletion__is_only_reported_by_default(pair):
    pair.bucket.put("other", b"1")
    pair.run()
    pair.bucket.delete("other")

    assert pair.actions() == {"other": ("delete_local", False)}
    assert pair.local() == {"kept": b"kept", "other": b"1"}


def test_deletion__is_repeated_on_the_other_side_or_reverted_on_request(pair):
    pair.bucket.put("other", b"1")
    pair.run()
    pair.bucket.delete("other")

    assert pair.actions(restore=True) == {"other": ("upload", True)}
    (pair.folder / "other").unlink()
    assert pair.actions(delete=True) == {"other": ("delete_remote", True)}
    assert pair.local() == pair.bucket.read() == {"kept": b"kept"}


def test_conflict__leaves_both_sides_as_they_are(pair):
    (pair.folder / "kept").write_bytes(b"local")
    pair.bucket.put("kept", b"remote")

    report = pair.run(delete=True)

    assert [(step.path, step.action, step.done) for step in report.unresolved] == [("kept", "conflict", False)]
    assert "changed on both sides" in report.unresolved[0].reason
    assert (pair.local(), pair.bucket.read()) == ({"kept": b"local"}, {"kept": b"remote"})


def test_unknown_bucket__is_a_store_error(pair):
    with pytest.raises(StoreError, match="there is no such bucket"):
        pair.sync(pair.folder, "no-such-bucket")
