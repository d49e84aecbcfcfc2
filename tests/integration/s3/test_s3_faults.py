"""The artifact store while S3 fails, hangs, refuses or is configured wrongly."""

import threading
import time

import pytest

from adapters.s3 import ArtifactStore, S3Client
from delay_core.errors import StoreError
from support.faulty_proxy import FaultyProxy
from support.s3_server import PATIENT, endpoint, list_keys, reach, refusal, withhold, write_set

MIB = 2**20


@pytest.fixture
def faulty(monkeypatch, bucket):
    """Creates a store behind a proxy with these faults."""
    proxies = []

    def make(client=PATIENT, sleep=time.sleep, **faults):
        proxy = FaultyProxy(endpoint(), **faults).__enter__()
        proxies.append(proxy)
        reach(monkeypatch, proxy.url)
        fresh = S3Client(client.max_attempts, client.connect_seconds, client.read_seconds, 5 * MIB)
        return ArtifactStore(fresh, bucket, sleep=sleep), proxy

    yield make
    for proxy in proxies:
        proxy.__exit__()


def test_busy_server__is_retried(faulty):
    store, proxy = faulty(answer=lambda request: refusal(503, "SlowDown") if request.number == 1 else None)
    write_set(store)
    assert store.read("tables", "a1", "a") == b"1"
    assert proxy.requests[0] == proxy.requests[1]


def test_busy_server__is_reported_after_the_last_attempt(faulty):
    store, proxy = faulty(answer=lambda _: refusal(503, "SlowDown"))
    with pytest.raises(StoreError, match=r"is unavailable \(SlowDown, tried 2 times\); try again later"):
        store.has("tables", "a1")
    assert len(proxy.requests) == 2


def test_hanging_server__is_reported(faulty):
    released = threading.Event()
    store, _ = faulty(S3Client(max_attempts=1, read_seconds=0.2), before=lambda _: released.wait(5))
    with pytest.raises(StoreError, match=r"no answer .*AWS_ENDPOINT_URL"):
        store.has("tables", "a1")
    released.set()


def test_slow_server__is_retried(faulty):
    released = threading.Event()
    client = S3Client(max_attempts=2, read_seconds=1)
    store, proxy = faulty(client, before=lambda request: request.number == 1 and released.wait(5))
    assert not store.has("tables", "a1")
    assert len(proxy.requests) == 2
    released.set()


def test_interrupted_response__is_read_again(faulty, store, bucket):
    faulty_store, proxy = faulty(
        truncate=lambda request: (
            request.path.endswith("/a") and sum("/a" in earlier.path for earlier in proxy.requests) < 2
        )
    )
    plain = ArtifactStore(store._client, bucket)
    write_set(plain, b"content" * 100)
    assert faulty_store.read("tables", "a1", "a") == b"content" * 100


def test_denied_access__names_the_required_permissions(faulty):
    store, _ = faulty(answer=lambda _: refusal(403, "AccessDenied"))
    with pytest.raises(StoreError, match=r"tables/a1.*access denied; .*s3:ListBucket .*s3:AbortMultipartUpload"):
        store.has("tables", "a1")
    with pytest.raises(StoreError, match="access denied"):
        write_set(store)


def test_key_of_the_bucket_that_is_disabled__is_reported(faulty):
    store, _ = faulty(answer=lambda _: refusal(400, "KMS.DisabledException"))
    with pytest.raises(StoreError, match=r"the KMS key of the bucket cannot be used \(KMS\.DisabledException\)"):
        store.has("tables", "a1")


def test_server_that_ignores_conditions__is_logged_once(client, bucket, caplog):
    honest, ignorant = ArtifactStore(client, bucket), S3Client(max_attempts=1)
    conditional = withhold(ignorant, "If-None-Match")
    write_set(honest)
    assert caplog.records == []
    store = ArtifactStore(ignorant, bucket)
    for address in ("b1", "c1"):
        write_set(store, address=address)
    (record,) = caplog.records
    assert record.getMessage().startswith(f"s3://{bucket}: the server ignores conditional writes")
    assert ["/.unfinished/" in url for url in conditional] == [True, False, False]  # one test, and two manifests


def test_server_that_refuses_conditions__is_logged_once(faulty, caplog):
    def refuse(request):
        return refusal(501, "NotImplemented") if "If-None-Match" in request.headers else None

    store, _ = faulty(client=S3Client(max_attempts=1), answer=refuse)
    for _ in range(2):
        with pytest.raises(StoreError, match="NotImplemented"):
            write_set(store)
    assert len(caplog.records) == 1


def test_lost_response__does_not_lose_the_set(faulty):
    """The response breaks off after S3 stored the manifest; the second attempt finds it."""
    broken = []

    def lose(request):
        if request.method == "PUT" and ".manifest" in request.path and not broken:
            broken.append(request.path)
            return True
        return False

    store, _ = faulty(lose=lose)
    write_set(store)
    assert broken
    assert store.read("tables", "a1", "a") == b"1"


def test_conflicting_writers__retry_up_to_the_maximum(faulty):
    """S3 answers so to one of two manifests that arrive at the same moment."""
    attempts, pauses = [], []

    def conflict(request):
        if request.method != "PUT" or ".manifest" not in request.path:
            return None
        attempts.append(request.path)
        first_of_a1 = "/a1/" in request.path and len(attempts) == 1
        return refusal(409, "ConditionalRequestConflict") if "/a1/" not in request.path or first_of_a1 else None

    store, _ = faulty(answer=conflict, client=S3Client(max_attempts=3), sleep=pauses.append)
    write_set(store)
    assert store.read("tables", "a1", "a") == b"1"
    with pytest.raises(StoreError, match=r"b1/\.manifest\.json: other writers publish it at the same time"):
        write_set(store, address="b1")
    assert len(attempts) == 2 + 3
    assert [0.05 <= pauses[0] <= 0.1, 0.05 <= pauses[1] <= 0.1, 0.1 <= pauses[2] <= 0.2, len(pauses) == 3] == [True] * 4


def test_failed_part__aborts_the_upload(faulty, client, bucket):
    store, _ = faulty(answer=lambda request: refusal(500, "InternalError") if "partNumber=2" in request.path else None)
    with pytest.raises(StoreError, match="InternalError"):
        write_set(store, bytes(11 * MIB))
    assert "Uploads" not in client.boto.list_multipart_uploads(Bucket=bucket)
    assert list_keys(client, bucket) == []


def test_missing_bucket__is_reported(client):
    store = ArtifactStore(client, "no-such-bucket")
    with pytest.raises(StoreError, match=r"s3://no-such-bucket/.*there is no such bucket"):
        store.has("tables", "a1")
    with pytest.raises(StoreError, match="there is no such bucket"):
        write_set(store)


def test_invalid_bucket_name__is_reported(client):
    with pytest.raises(StoreError, match="not a valid bucket or key"):
        ArtifactStore(client, "no bucket").has("tables", "a1")


def test_closed_port__is_reported(monkeypatch):
    reach(monkeypatch, "http://127.0.0.1:1")
    with pytest.raises(StoreError, match=r"no answer .*is the S3 server up"):
        ArtifactStore(S3Client(max_attempts=2), "bucket").has("tables", "a1")


def test_missing_keys__are_reported(monkeypatch):
    reach(monkeypatch)
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    with pytest.raises(StoreError, match=r"no keys to S3 .*AWS_ACCESS_KEY_ID"):
        ArtifactStore(S3Client(), "bucket").has("tables", "a1")


@pytest.mark.parametrize(("name", "value"), [("AWS_ENDPOINT_URL", "nonsense"), ("AWS_PROFILE", "nobody")])
def test_invalid_settings__are_reported(monkeypatch, name, value):
    reach(monkeypatch)
    monkeypatch.setenv(name, value)
    with pytest.raises(StoreError, match=f"cannot create an S3 client: .*{value}"):
        ArtifactStore(S3Client(), "bucket").has("tables", "a1")


def test_custom_endpoint__is_addressed_by_path_in_the_default_region(monkeypatch):
    reach(monkeypatch, "http://localhost:9000")
    monkeypatch.delenv("AWS_DEFAULT_REGION")
    boto = S3Client().boto
    signed = boto.generate_presigned_url("get_object", Params={"Bucket": "bucket", "Key": "key"})
    assert signed.startswith("http://localhost:9000/bucket/key?")
    assert boto.meta.region_name == "us-east-1"
