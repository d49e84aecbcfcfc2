"""Objects of a bucket that survive a server without a disk."""

import pytest

from delay_core.errors import StoreError
from infra.terraform.saved_objects import restore_objects, save_objects
from support.s3_server import connected, fresh_bucket, list_keys

KEYS = ["a", "a/b.csv", "../outside", "folder/", "ä & 100 %"]


@pytest.fixture
def client(monkeypatch):
    return connected(monkeypatch)


def test_objects__are_restored_with_keys_content_and_metadata(client, tmp_path):
    source, target = fresh_bucket(client), fresh_bucket(client)
    for key in KEYS:
        client.boto.put_object(Bucket=source, Key=key, Body=key.encode(), Metadata={"delay-sha256": "1"})

    assert save_objects(client.boto, source, tmp_path) == len(KEYS)
    (tmp_path / f"{source}.tar").rename(tmp_path / f"{target}.tar")
    assert restore_objects(client.boto, target, tmp_path) == len(KEYS)

    assert sorted(list_keys(client, target)) == sorted(KEYS)
    for key in KEYS:
        restored = client.boto.get_object(Bucket=target, Key=key)
        assert (restored["Body"].read(), restored["Metadata"]) == (key.encode(), {"delay-sha256": "1"})


def test_a_bucket_with_objects__is_not_changed(client, tmp_path):
    bucket = fresh_bucket(client)
    client.boto.put_object(Bucket=bucket, Key="saved", Body=b"1")
    save_objects(client.boto, bucket, tmp_path)
    client.boto.delete_object(Bucket=bucket, Key="saved")
    client.boto.put_object(Bucket=bucket, Key="newer", Body=b"2")

    assert restore_objects(client.boto, bucket, tmp_path) == 0
    assert list_keys(client, bucket) == ["newer"]


def test_a_damaged_file__is_an_error_that_names_it(client, tmp_path):
    bucket = fresh_bucket(client)
    (tmp_path / f"{bucket}.tar").write_bytes(b"not a tar file")

    with pytest.raises(StoreError, match=rf"{bucket}\.tar is damaged, 0 objects were restored; remove it"):
        restore_objects(client.boto, bucket, tmp_path)
