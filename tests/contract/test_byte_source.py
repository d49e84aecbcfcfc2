"""What every ByteSource keeps to."""

import os

import pytest

from delay_core.errors import NoDataYet, SourceError, SourceUnavailable
from fakes import byte_source as fake
from support.lazy_module import LazyModule
from support.odd_paths import ODD_NAMES

files, s3, s3_server = LazyModule("adapters.files"), LazyModule("adapters.s3"), LazyModule("support.s3_server")
kaggle, kaggle_cache = LazyModule("adapters.kaggle"), LazyModule("support.kaggle_cache")


@pytest.fixture(params=["fake", "path", "file URL", "s3 URL", "kaggle URL"])
def put(request, tmp_path, monkeypatch):
    """Makes a source hold a file: (name, content) → source, url."""

    def put(name, content):
        if request.param == "fake":
            source = fake.ByteSource(tmp_path)
            source.put(name, content)
            return source, name
        if request.param == "s3 URL":
            client = s3_server.connected(monkeypatch)
            bucket = s3_server.fresh_bucket(client)
            client.boto.put_object(Bucket=bucket, Key=f"tables/{name}", Body=content)
            return s3.ByteSource(client), f"s3://{bucket}/tables/{name}"
        if request.param == "kaggle URL":
            return kaggle.ByteSource(), kaggle_cache.cached_url(tmp_path, monkeypatch, name, content)
        path = tmp_path / name
        path.write_bytes(content)
        return files.ByteSource(), str(path) if request.param == "path" else path.as_uri()

    return put


def test_open__gives_a_local_file_with_the_same_suffix(put):
    source, url = put("a table ä.csv", b"x\r\n1\n")
    with source.local(url) as path:
        assert path.read_bytes() == b"x\r\n1\n"
        assert path.suffix == ".csv"


def test_missing_file__is_reported_by_its_url(put):
    source, url = put("here.csv", b"x")
    kind = SourceUnavailable if url.startswith("kaggle:") else NoDataYet  # tests cannot reach Kaggle
    with pytest.raises(kind, match="elsewhere"), source.local(url.replace("here", "elsewhere")):
        pass


def test_empty_file__is_an_error(put):
    source, url = put("void.csv", b"")
    with pytest.raises(NoDataYet, match="empty"), source.local(url):
        pass


@pytest.mark.parametrize("name", ODD_NAMES.values(), ids=ODD_NAMES)
def test_path_and_file_url__name_any_file(tmp_path, name):
    path = tmp_path / name
    path.write_bytes(b"x")

    for url in (str(path), path.as_uri()):
        with files.ByteSource().local(url) as local:
            assert local == path


def test_folder__is_refused(tmp_path):
    with pytest.raises(SourceError, match="is a folder"), files.ByteSource().local(str(tmp_path)):
        pass


def test_pipe__is_refused(tmp_path):
    os.mkfifo(tmp_path / "pipe.csv")
    with (
        pytest.raises(SourceError, match=r"pipe\.csv is a pipe or a device.*write the table to a file"),
        files.ByteSource().local(str(tmp_path / "pipe.csv")),
    ):
        pass


@pytest.mark.parametrize("name", ["n" * 300, "a\0b", "file.csv/table.csv"], ids=["too long", "NUL", "below a file"])
def test_a_path_that_no_file_can_have__is_an_error_that_names_it(tmp_path, name):
    (tmp_path / "file.csv").write_bytes(b"x")
    with pytest.raises(SourceError) as caught, files.ByteSource().local(str(tmp_path / name)):
        pass
    assert str(caught.value).startswith(f"{tmp_path / name}: ")
