"""The S3 source's own ways: large objects, objects replaced or altered during a read, and its messages."""

import base64
import hashlib
import resource
import tempfile

import pytest

from adapters.s3 import ByteSource, S3Client
from delay_core.errors import SourceError
from support.faulty_proxy import FaultyProxy
from support.s3_server import PATIENT, connected, endpoint, fresh_bucket, reach, refusal

MIB = 2**20
LARGE = bytes(range(256)) * (11 * MIB // 256)


@pytest.fixture
def client(monkeypatch):
    return connected(monkeypatch)


@pytest.fixture
def bucket(client):
    return fresh_bucket(client)


def small_parts():
    return S3Client(max_attempts=2, part_bytes=5 * MIB)


def test_large_object__is_downloaded_in_parts(monkeypatch, client, bucket):
    client.boto.put_object(Bucket=bucket, Key="large.parquet", Body=LARGE)
    with FaultyProxy(endpoint()) as proxy:
        reach(monkeypatch, proxy.url)
        with ByteSource(small_parts()).local(f"s3://{bucket}/large.parquet") as path:
            assert path.read_bytes() == LARGE
            assert path.suffix == ".parquet"
        assert len(proxy.requests) == 4
    assert not path.exists()


def test_multipart_object__is_downloaded_whole(client, bucket):
    named = {"Bucket": bucket, "Key": "parts.csv"}
    started = client.boto.create_multipart_upload(**named, ChecksumAlgorithm="SHA256")["UploadId"]
    parts = []
    for number, body in enumerate((LARGE[: 6 * MIB], LARGE[6 * MIB :]), start=1):
        part = {"PartNumber": number, "ChecksumSHA256": base64.b64encode(hashlib.sha256(body).digest()).decode()}
        sent = client.boto.upload_part(**named, UploadId=started, Body=body, **part)
        parts.append({**part, "ETag": sent["ETag"]})
    client.boto.complete_multipart_upload(**named, UploadId=started, MultipartUpload={"Parts": parts})
    with ByteSource(client).local(f"s3://{bucket}/parts.csv") as path:
        assert path.read_bytes() == LARGE


def test_object_replaced_during_download__is_an_error(monkeypatch, client, bucket):
    client.boto.put_object(Bucket=bucket, Key="t.csv", Body=LARGE)

    def replace(request):
        if request.number == 3:
            client.boto.put_object(Bucket=bucket, Key="t.csv", Body=LARGE[::-1])

    with FaultyProxy(endpoint(), before=replace) as proxy:
        reach(monkeypatch, proxy.url)
        source = ByteSource(small_parts())
        with pytest.raises(SourceError, match=r"t\.csv: the object was replaced"), source.local(f"s3://{bucket}/t.csv"):
            pass


def test_interrupted_part__is_retried(monkeypatch, client, bucket):
    client.boto.put_object(Bucket=bucket, Key="t.csv", Body=LARGE)
    broken = set()

    def once_each(request):
        return request.number > 1 and len(broken) < 2 and not broken.add(request.number)

    with FaultyProxy(endpoint(), truncate=once_each) as proxy:
        reach(monkeypatch, proxy.url)
        with ByteSource(S3Client(max_attempts=3, part_bytes=5 * MIB)).local(f"s3://{bucket}/t.csv") as path:
            assert path.read_bytes() == LARGE


def test_part_that_is_always_interrupted__is_reported(monkeypatch, client, bucket):
    client.boto.put_object(Bucket=bucket, Key="t.csv", Body=b"1234")
    with FaultyProxy(endpoint(), truncate=lambda _: True) as proxy:
        reach(monkeypatch, proxy.url)
        with pytest.raises(SourceError, match=r"t\.csv: "), ByteSource(small_parts()).local(f"s3://{bucket}/t.csv"):
            pass
        assert len(proxy.requests) == 3


@pytest.mark.parametrize("size", [1000, 11 * MIB])
@pytest.mark.parametrize("algorithm", ["CRC32", "SHA1", "SHA256"])
def test_checksum_mismatch__is_refused(monkeypatch, client, bucket, algorithm, size):
    client.boto.put_object(Bucket=bucket, Key="t.csv", Body=LARGE[:size], ChecksumAlgorithm=algorithm)
    with FaultyProxy(endpoint(), alter=lambda content: content[::-1]) as proxy:
        reach(monkeypatch, proxy.url)
        source = ByteSource(small_parts())
        with (
            pytest.raises(SourceError, match=r"t\.csv: its content does not match"),
            source.local(f"s3://{bucket}/t.csv"),
        ):
            pass


def test_object_without_checksum__is_verified_by_its_etag(monkeypatch, client, bucket):
    client.boto.put_object(Bucket=bucket, Key="t.csv", Body=b"content")
    digest = hashlib.md5(b"content", usedforsecurity=False).hexdigest().encode()
    answers = {1: (200, b"content", {"ETag": digest.decode()}), 2: (200, b"altered", {"ETag": digest.decode()})}
    with FaultyProxy(endpoint(), answer=lambda request: answers[request.number]) as proxy:
        reach(monkeypatch, proxy.url)
        source = ByteSource(small_parts())
        with source.local(f"s3://{bucket}/t.csv") as path:
            assert path.read_bytes() == b"content"
        with pytest.raises(SourceError, match="does not match its checksum"), source.local(f"s3://{bucket}/t.csv"):
            pass


def test_missing_bucket_and_missing_key__have_different_errors(client, bucket):
    source = ByteSource(client)
    with pytest.raises(SourceError, match=f"s3://{bucket}/t.csv: there is no such object"):
        source.local(f"s3://{bucket}/t.csv").__enter__()
    with pytest.raises(SourceError, match=r"s3://no-such-bucket/t\.csv: there is no such bucket"):
        source.local("s3://no-such-bucket/t.csv").__enter__()


def test_denied_access__is_reported(monkeypatch):
    with FaultyProxy(endpoint(), answer=lambda _: refusal(403, "AccessDenied")) as proxy:
        reach(monkeypatch, proxy.url)
        with pytest.raises(SourceError, match=r"s3://bucket/t\.csv: access denied; .*s3:GetObject"):
            ByteSource(small_parts()).local("s3://bucket/t.csv").__enter__()


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("AWS_ENDPOINT_URL", "http://127.0.0.1:1", "no answer .*AWS_ENDPOINT_URL"),
        ("AWS_ENDPOINT_URL", "nonsense", "cannot create an S3 client"),
        ("AWS_ACCESS_KEY_ID", "", "no keys to S3 .*AWS_SECRET_ACCESS_KEY"),
    ],
)
def test_wrong_settings__are_reported(monkeypatch, name, value, message):
    reach(monkeypatch)
    monkeypatch.setenv(name, value)
    with pytest.raises(SourceError, match=f"s3://bucket/t.csv: {message}"):
        ByteSource(S3Client(max_attempts=PATIENT.max_attempts)).local("s3://bucket/t.csv").__enter__()


@pytest.mark.parametrize("url", ["s3://", "s3://bucket", "s3://bucket/", "bucket/t.csv", "s3:///t.csv"])
def test_url_without_object__is_reported(url):
    with pytest.raises(SourceError, match="write s3://<bucket>/<key>"):
        ByteSource(S3Client()).local(url).__enter__()


def test_missing_folder__is_reported(monkeypatch, client):
    monkeypatch.setattr(tempfile, "tempdir", "/no/such/folder")
    with pytest.raises(SourceError, match="cannot be copied to /no/such/folder: No such file"):
        ByteSource(client).local("s3://bucket/t.csv").__enter__()


def test_full_disk__is_reported(client, bucket):
    client.boto.put_object(Bucket=bucket, Key="t.csv", Body=LARGE)
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (MIB, before[1]))
    try:
        with pytest.raises(SourceError, match="File too large; make room, or set TMPDIR"):
            ByteSource(client).local(f"s3://{bucket}/t.csv").__enter__()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
