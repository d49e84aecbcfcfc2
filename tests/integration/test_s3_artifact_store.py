"""The S3 store's own ways: manifests, rivals, killed writers, and servers that fail."""

import signal
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from adapters.s3 import ArtifactStore, Connection
from delay_core.errors import StoreError
from support.faulty_proxy import FaultyProxy
from support.s3_server import PAGE, PATIENT, connected, endpoint, fresh_bucket, reach, refusal

MIB = 2**20
DAY = 86_400.0


@pytest.fixture
def connection(monkeypatch):
    return connected(monkeypatch)


@pytest.fixture
def bucket(connection):
    return fresh_bucket(connection)


@pytest.fixture
def store(connection, bucket):
    return ArtifactStore(connection, bucket, "artifacts")


def keys(connection, bucket):
    pages = connection.client.get_paginator("list_objects_v2").paginate(Bucket=bucket)
    return [each["Key"] for page in pages for each in page.get("Contents", ())]


def write(store, content=b"1", address="a1"):
    with store.create("tables", address) as writer:
        writer.write("a", content)


def test_a_large_file_travels_in_parts_and_comes_back(store, connection, bucket):
    content = bytes(range(256)) * (12 * MIB // 256)
    write(store, content)
    assert store.read("tables", "a1", "a") == content
    (data,) = [key for key in keys(connection, bucket) if key.endswith("/a")]
    assert connection.client.head_object(Bucket=bucket, Key=data)["ETag"].endswith('-3"')


def test_a_set_leaves_its_files_and_its_manifest_and_nothing_else(store, connection, bucket):
    write(store)
    assert [key.rsplit("/", 1)[-1] for key in keys(connection, bucket)] == [".manifest.json", "a"]
    assert all(key.startswith("artifacts/tables/a1/") for key in keys(connection, bucket))
    assert store.location("tables", "a1") == f"s3://{bucket}/artifacts/tables/a1/"


def test_a_failed_writer_takes_its_files_with_it(store, connection, bucket):
    with pytest.raises(RuntimeError), store.create("tables", "a1") as writer:
        writer.write("a", b"1")
        raise RuntimeError
    assert keys(connection, bucket) == []


def test_the_loser_of_a_race_takes_its_files_with_it(store, connection, bucket):
    with store.create("tables", "a1") as one:
        one.write("a", b"one")
        write(store, b"two")
    assert store.read("tables", "a1", "a") == b"two"
    assert len(keys(connection, bucket)) == 2


def test_writers_at_once_leave_one_whole_set(store):
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


def test_a_name_is_written_once(store):
    with pytest.raises(StoreError, match="written before"), store.create("tables", "a1") as writer:
        writer.write("a", b"1")
        writer.write("a", b"2")


def test_an_altered_file_is_noticed(store, connection, bucket):
    write(store)
    (data,) = [key for key in keys(connection, bucket) if key.endswith("/a")]
    connection.client.put_object(Bucket=bucket, Key=data, Body=b"2")
    with pytest.raises(StoreError, match=f"{data} was altered"):
        store.read("tables", "a1", "a")


def test_a_removed_file_is_noticed(store, connection, bucket):
    write(store)
    (data,) = [key for key in keys(connection, bucket) if key.endswith("/a")]
    connection.client.delete_object(Bucket=bucket, Key=data)
    with pytest.raises(StoreError, match="no such object"):
        store.read("tables", "a1", "a")


@pytest.mark.parametrize("text", [b"", b"{", b'{"draft": "../x", "files": {}}', b'{"draft": "x", "files": {"a": 1}}'])
def test_an_altered_manifest_is_noticed(store, connection, bucket, text):
    write(store)
    connection.client.put_object(Bucket=bucket, Key="artifacts/tables/a1/.manifest.json", Body=text)
    with pytest.raises(StoreError, match=r"manifest\.json is no manifest"):
        store.names("tables", "a1")


KILLED = """
import os, signal, sys
from adapters.s3 import ArtifactStore, Connection, upload
connection = Connection(attempts=2, part_bytes=5 * 2**20, parts_at_once=1)
def deadly(**arguments):
    if arguments["PartNumber"] == 2:
        os.kill(os.getpid(), signal.SIGKILL)
    return alive(**arguments)
alive, connection.client.upload_part = connection.client.upload_part, deadly
with ArtifactStore(connection, sys.argv[1]).create("tables", "a1") as writer:
    writer.write("small", b"1")
    writer.write("a", bytes(11 * 2**20))
"""


def test_a_writer_killed_in_mid_upload_leaves_nothing_visible_and_is_swept_a_day_later(connection, bucket):
    ended = subprocess.run([sys.executable, "-c", KILLED, bucket], check=False)
    assert ended.returncode == -signal.SIGKILL
    now = 0.0
    store = ArtifactStore(connection, bucket, clock=lambda: now)
    assert not store.has("tables", "a1")
    with pytest.raises(StoreError, match="no such set"):
        store.names("tables", "a1")
    assert len(connection.client.list_multipart_uploads(Bucket=bucket)["Uploads"]) == 1

    now = _stored_at(connection, bucket) + DAY / 2
    write(store, b"2")
    assert store.read("tables", "a1", "a") == b"2"
    assert len(keys(connection, bucket)) == 4  # it might still be at work

    now += DAY
    write(store, b"3", "b1")
    assert "Uploads" not in connection.client.list_multipart_uploads(Bucket=bucket)
    assert sorted(key.split("/")[-1] for key in keys(connection, bucket)) == [*[".manifest.json"] * 2, "a", "a"]
    assert store.read("tables", "a1", "a") == b"2"


def test_a_sweep_spares_what_is_visible_and_removes_pages_of_the_rest(connection, bucket):
    """Its writer was killed after publishing; another one before, with more files than a listing's page."""
    now = 0.0
    store = ArtifactStore(connection, bucket, clock=lambda: now)
    write(store)
    client = connection.client
    visible = next(key for key in keys(connection, bucket) if key.endswith("/a")).split("/")[2]
    client.put_object(Bucket=bucket, Key=f".unfinished/{visible}/tables/a1")
    client.put_object(Bucket=bucket, Key=".unfinished/0-dead/tables/b1")
    for number in range(PAGE + 3):
        client.put_object(Bucket=bucket, Key=f"tables/b1/0-dead/{number}", Body=b"1")

    now = _stored_at(connection, bucket) + DAY + 1
    write(store, b"2", "c1")
    assert store.read("tables", "a1", "a") == b"1"
    assert len(keys(connection, bucket)) == 4


def test_a_writer_that_took_so_long_that_it_may_have_been_swept_makes_nothing_visible(connection, bucket):
    now = 0.0
    store = ArtifactStore(connection, bucket, clock=lambda: now)
    with pytest.raises(StoreError, match="longer than 12:00:00"), store.create("tables", "a1") as writer:
        writer.write("a", b"1")
        now = DAY / 2 + 1
    assert keys(connection, bucket) == []


@pytest.fixture
def faulty(monkeypatch, bucket):
    """Makes a store behind a proxy that fails as told."""
    proxies = []

    def make(connection=PATIENT, **faults):
        proxy = FaultyProxy(endpoint(), **faults).__enter__()
        proxies.append(proxy)
        reach(monkeypatch, proxy.url)
        fresh = Connection(connection.attempts, connection.connect_seconds, connection.read_seconds, 5 * MIB)
        return ArtifactStore(fresh, bucket), proxy

    yield make
    for proxy in proxies:
        proxy.__exit__()


def test_a_server_that_is_busy_for_a_while_is_asked_again(faulty):
    store, proxy = faulty(answer=lambda request: refusal(503, "SlowDown") if request.number == 1 else None)
    write(store)
    assert store.read("tables", "a1", "a") == b"1"
    assert proxy.requests[0] == proxy.requests[1]


def test_a_server_that_stays_busy_is_told_after_a_bounded_number_of_tries(faulty):
    store, proxy = faulty(answer=lambda _: refusal(503, "SlowDown"))
    with pytest.raises(StoreError, match=r"cannot serve now \(SlowDown, tried 2 times\); try again later"):
        store.has("tables", "a1")
    assert len(proxy.requests) == 2


def test_a_server_that_does_not_answer_in_time_is_told(faulty):
    never = threading.Event()
    store, _ = faulty(Connection(attempts=1, read_seconds=0.2), before=lambda _: never.wait(5))
    with pytest.raises(StoreError, match=r"no answer .*AWS_ENDPOINT_URL"):
        store.has("tables", "a1")
    never.set()


def test_a_server_that_is_slow_once_is_asked_again(faulty):
    never = threading.Event()
    patience = Connection(attempts=2, read_seconds=1)
    store, proxy = faulty(patience, before=lambda request: request.number == 1 and never.wait(5))
    assert not store.has("tables", "a1")
    assert len(proxy.requests) == 2
    never.set()


def test_an_answer_that_breaks_off_is_read_again(faulty, store, bucket):
    behind, proxy = faulty(
        truncate=lambda request: request.path.endswith("/a") and sum("/a" in one.path for one in proxy.requests) < 2
    )
    plain = ArtifactStore(store._connection, bucket)
    write(plain, b"content" * 100)
    assert behind.read("tables", "a1", "a") == b"content" * 100


def test_denied_access_is_told_with_the_rights_that_are_needed(faulty):
    store, _ = faulty(answer=lambda _: refusal(403, "AccessDenied"))
    with pytest.raises(StoreError, match=r"tables/a1.*access denied; .*s3:ListBucket"):
        store.has("tables", "a1")
    with pytest.raises(StoreError, match="access denied"):
        write(store)


def test_a_lost_answer_to_the_manifest_does_not_lose_the_set(faulty):
    """S3 took it, its answer broke; the second try finds a manifest: its own."""
    broken = []

    def lose(request):
        if request.method == "PUT" and ".manifest" in request.path and not broken:
            broken.append(request.path)
            return True
        return False

    store, _ = faulty(lose=lose)
    write(store)
    assert broken
    assert store.read("tables", "a1", "a") == b"1"


def test_a_writer_that_s3_asks_to_try_again_does_so_within_bounds(faulty):
    """As it answers to one of two manifests that arrive at the same moment."""
    asked = []

    def conflict(request):
        if request.method != "PUT" or ".manifest" not in request.path:
            return None
        asked.append(request.path)
        first_of_a1 = "/a1/" in request.path and len(asked) == 1
        return refusal(409, "ConditionalRequestConflict") if "/a1/" not in request.path or first_of_a1 else None

    store, _ = faulty(answer=conflict)
    write(store)
    assert store.read("tables", "a1", "a") == b"1"
    with pytest.raises(StoreError, match=r"b1/\.manifest\.json: others write it at the same time"):
        write(store, address="b1")
    assert len(asked) == 4


def test_a_failed_part_takes_the_whole_upload_back(faulty, connection, bucket):
    store, _ = faulty(answer=lambda request: refusal(500, "InternalError") if "partNumber=2" in request.path else None)
    with pytest.raises(StoreError, match="InternalError"):
        write(store, bytes(11 * MIB))
    assert "Uploads" not in connection.client.list_multipart_uploads(Bucket=bucket)
    assert keys(connection, bucket) == []


def test_no_bucket_is_told(connection):
    store = ArtifactStore(connection, "no-such-bucket")
    with pytest.raises(StoreError, match=r"s3://no-such-bucket/.*there is no such bucket"):
        store.has("tables", "a1")
    with pytest.raises(StoreError, match="there is no such bucket"):
        write(store)


def test_a_name_that_no_bucket_has_is_told(connection):
    with pytest.raises(StoreError, match="not a bucket or key"):
        ArtifactStore(connection, "no bucket").has("tables", "a1")


def test_a_closed_port_is_told_within_seconds(monkeypatch):
    reach(monkeypatch, "http://127.0.0.1:1")
    with pytest.raises(StoreError, match=r"no answer .*is the S3 server up"):
        ArtifactStore(Connection(attempts=2), "bucket").has("tables", "a1")


def test_missing_keys_are_told(monkeypatch):
    reach(monkeypatch)
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    with pytest.raises(StoreError, match=r"no keys to S3 .*AWS_ACCESS_KEY_ID"):
        ArtifactStore(Connection(), "bucket").has("tables", "a1")


@pytest.mark.parametrize(("name", "value"), [("AWS_ENDPOINT_URL", "nonsense"), ("AWS_PROFILE", "nobody")])
def test_settings_that_cannot_be_are_told(monkeypatch, name, value):
    reach(monkeypatch)
    monkeypatch.setenv(name, value)
    with pytest.raises(StoreError, match=f"cannot talk to S3: .*{value}"):
        ArtifactStore(Connection(), "bucket").has("tables", "a1")


def test_an_endpoint_of_ones_own_is_addressed_by_path_in_a_region_of_some_name(monkeypatch):
    reach(monkeypatch, "http://localhost:9000")
    monkeypatch.delenv("AWS_DEFAULT_REGION")
    client = Connection().client
    signed = client.generate_presigned_url("get_object", Params={"Bucket": "bucket", "Key": "key"})
    assert signed.startswith("http://localhost:9000/bucket/key?")
    assert client.meta.region_name == "us-east-1"


def _stored_at(connection, bucket):
    listed = connection.client.list_objects_v2(Bucket=bucket)["Contents"]
    return max(each["LastModified"] for each in listed).timestamp()
