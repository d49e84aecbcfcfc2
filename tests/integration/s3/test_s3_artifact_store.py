"""The artifact store in S3: manifests, concurrent and killed writers, garbage collection."""

import signal
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from adapters.s3 import ArtifactStore
from delay_core.errors import StoreError
from support.s3_server import PAGE, list_keys, write_set

MIB = 2**20
DAY = 86_400.0


def test_write__uploads_large_files_in_parts(store, client, bucket):
    content = bytes(range(256)) * (12 * MIB // 256)
    write_set(store, content)
    assert store.read("tables", "a1", "a") == content
    (data,) = [key for key in list_keys(client, bucket) if key.endswith("/a")]
    assert client.boto.head_object(Bucket=bucket, Key=data)["ETag"].endswith('-3"')


def test_create__stores_only_the_files_and_the_manifest(store, client, bucket):
    write_set(store)
    assert [key.rsplit("/", 1)[-1] for key in list_keys(client, bucket)] == [".manifest.json", "a"]
    assert all(key.startswith("artifacts/tables/a1/") for key in list_keys(client, bucket))
    assert store.location("tables", "a1") == f"s3://{bucket}/artifacts/tables/a1/"


def test_create__a_failed_writer_deletes_its_files(store, client, bucket):
    with pytest.raises(RuntimeError), store.create("tables", "a1") as writer:
        writer.write("a", b"1")
        raise RuntimeError
    assert list_keys(client, bucket) == []


def test_create__the_later_writer_deletes_its_files(store, client, bucket):
    with store.create("tables", "a1") as one:
        one.write("a", b"one")
        write_set(store, b"two")
    assert store.read("tables", "a1", "a") == b"two"
    assert len(list_keys(client, bucket)) == 2


def test_create__concurrent_writers_leave_one_complete_set(store):
    ready = threading.Barrier(6)

    def work(number):
        with store.create("tables", "a1") as writer:
            for name in "abc":
                writer.write(name, bytes([number]) * 1000)
            ready.wait()

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(work, range(6)))
    contents = {store.read("tables", "a1", name) for name in store.names("tables", "a1")}
    assert store.names("tables", "a1") == ["a", "b", "c"]
    assert len(contents) == 1


def test_write__refuses_a_second_file_of_the_same_name(store):
    with pytest.raises(StoreError, match="written before"), store.create("tables", "a1") as writer:
        writer.write("a", b"1")
        writer.write("a", b"2")


def test_read__refuses_an_altered_file(store, client, bucket):
    write_set(store)
    (data,) = [key for key in list_keys(client, bucket) if key.endswith("/a")]
    client.boto.put_object(Bucket=bucket, Key=data, Body=b"2")
    with pytest.raises(StoreError, match=f"{data} was altered"):
        store.read("tables", "a1", "a")


def test_read__refuses_a_deleted_file(store, client, bucket):
    write_set(store)
    (data,) = [key for key in list_keys(client, bucket) if key.endswith("/a")]
    client.boto.delete_object(Bucket=bucket, Key=data)
    assert store.has("tables", "a1")  # it reads the manifest alone
    with pytest.raises(StoreError, match=rf"no such object; remove s3://{bucket}/artifacts/tables/a1/ with all"):
        store.read("tables", "a1", "a")


@pytest.mark.parametrize("text", [b"", b"{", b'{"draft": "../x", "files": {}}', b'{"draft": "x", "files": {"a": 1}}'])
def test_names__refuses_an_altered_manifest(store, client, bucket, text):
    write_set(store)
    client.boto.put_object(Bucket=bucket, Key="artifacts/tables/a1/.manifest.json", Body=text)
    with pytest.raises(StoreError, match=r"manifest\.json is no manifest"):
        store.names("tables", "a1")


KILLED = """
import os, signal, sys
from adapters.s3 import ArtifactStore, S3Client
client = S3Client(max_attempts=2, part_bytes=5 * 2**20, part_workers=1)
def upload_or_die(**arguments):
    if arguments["PartNumber"] == 2:
        os.kill(os.getpid(), signal.SIGKILL)
    return upload_part(**arguments)
upload_part, client.boto.upload_part = client.boto.upload_part, upload_or_die
with ArtifactStore(client, sys.argv[1]).create("tables", "a1") as writer:
    writer.write("small", b"1")
    writer.write("a", bytes(11 * 2**20))
"""


def test_killed_writer__is_invisible_and_collected_a_day_later(client, bucket):
    process = subprocess.run([sys.executable, "-c", KILLED, bucket], check=False)
    assert process.returncode == -signal.SIGKILL
    now = 0.0
    store = ArtifactStore(client, bucket, clock=lambda: now)
    assert not store.has("tables", "a1")
    with pytest.raises(StoreError, match="no such set"):
        store.names("tables", "a1")
    assert len(client.boto.list_multipart_uploads(Bucket=bucket)["Uploads"]) == 1

    now = last_modified(client, bucket) + DAY / 2
    write_set(store, b"2")
    assert store.read("tables", "a1", "a") == b"2"
    assert len(list_keys(client, bucket)) == 4  # it may still be writing

    now += DAY
    write_set(store, b"3", "b1")
    assert "Uploads" not in client.boto.list_multipart_uploads(Bucket=bucket)
    assert sorted(key.split("/")[-1] for key in list_keys(client, bucket)) == [*[".manifest.json"] * 2, "a", "a"]
    assert store.read("tables", "a1", "a") == b"2"


def test_garbage_collection__keeps_visible_sets_and_deletes_many_files(client, bucket):
    """One writer was killed after publishing, another one before, with more files than a page of a listing."""
    now = 0.0
    store = ArtifactStore(client, bucket, clock=lambda: now)
    write_set(store)
    visible = next(key for key in list_keys(client, bucket) if key.endswith("/a")).split("/")[2]
    client.boto.put_object(Bucket=bucket, Key=f".unfinished/{visible}/tables/a1")
    client.boto.put_object(Bucket=bucket, Key=".unfinished/0-dead/tables/b1")
    for number in range(PAGE + 3):
        client.boto.put_object(Bucket=bucket, Key=f"tables/b1/0-dead/{number}", Body=b"1")

    now = last_modified(client, bucket) + DAY + 1
    write_set(store, b"2", "c1")
    assert store.read("tables", "a1", "a") == b"1"
    assert len(list_keys(client, bucket)) == 4


def test_create__a_writer_that_exceeds_the_deadline_publishes_nothing(client, bucket):
    now = 0.0
    store = ArtifactStore(client, bucket, clock=lambda: now)
    with pytest.raises(StoreError, match="longer than 12:00:00"), store.create("tables", "a1") as writer:
        writer.write("a", b"1")
        now = DAY / 2 + 1
    assert list_keys(client, bucket) == []


def last_modified(client, bucket):
    objects = client.boto.list_objects_v2(Bucket=bucket)["Contents"]
    return max(item["LastModified"] for item in objects).timestamp()
