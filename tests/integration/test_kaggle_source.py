"""Tables on Kaggle: read by the real kagglehub, from its cache where it has them; a clear error where it has not."""

from pathlib import Path

import pytest
from kagglehub.cache import Cache
from kagglehub.handle import parse_dataset_handle

from adapters.kaggle import ByteSource
from delay_core.errors import SourceError
from support.faulty_proxy import FaultyProxy

MAX_ATTEMPTS = 3


@pytest.fixture
def cache(tmp_path, monkeypatch):
    """The folder of one dataset's first version, as kagglehub keeps it."""
    monkeypatch.setenv("KAGGLEHUB_CACHE", str(tmp_path))
    handle = parse_dataset_handle("owner/parcels/versions/1")
    folder = Path(Cache().get_path(handle))
    folder.mkdir(parents=True)
    Cache().mark_as_complete(handle)
    (folder / "parcels.csv").write_bytes(b"a,b\n1,2\n")
    (folder / "readme.md").write_bytes(b"about\n")
    return folder


@pytest.mark.usefixtures("cache")
def test_dataset__with_one_table_is_read():
    with ByteSource().local("kaggle://owner/parcels/versions/1") as path:
        assert path.read_bytes() == b"a,b\n1,2\n"


def test_dataset__with_several_tables_needs_a_table_name(cache):
    (cache / "old.parquet").write_bytes(b"PAR1")
    with (
        pytest.raises(SourceError, match=r"2 tables \(old\.parquet, parcels\.csv\).*kaggle://owner/dataset"),
        ByteSource().local("kaggle://owner/parcels/versions/1"),
    ):
        pass


@pytest.mark.parametrize("url", ["kaggle://", "kaggle://owner", "kaggle://owner//x", "kaggle://o/d/../../etc/passwd"])
def test_url__without_dataset_is_reported(url):
    with pytest.raises(SourceError, match="write kaggle://owner/dataset"), ByteSource().local(url):
        pass


def test_without_a_network__it_says_so_after_few_attempts(tmp_path, monkeypatch):
    monkeypatch.setenv("KAGGLEHUB_CACHE", str(tmp_path))
    monkeypatch.setenv("no_proxy", "")
    monkeypatch.setenv("NO_PROXY", "")
    with FaultyProxy(lose=lambda _: True) as way_out:
        for name in ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, way_out.url)
        with pytest.raises(SourceError, match="Kaggle is unavailable"), ByteSource().local("kaggle://owner/parcels"):
            pass

    assert 1 <= len(way_out.requests) <= MAX_ATTEMPTS
