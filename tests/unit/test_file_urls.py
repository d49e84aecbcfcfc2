"""Paths in URLs: each URL names the path that it was made from."""

from pathlib import Path

import pytest

from delay_core.file_urls import InvalidFileUrl, path_of, sqlite_path, sqlite_url
from support.odd_paths import ODD_NAMES


@pytest.mark.parametrize("name", ODD_NAMES.values(), ids=ODD_NAMES)
def test_urls__name_the_path_that_they_were_made_from(name):
    path = Path("/data") / name / "table 1.db"

    assert path_of(path.as_uri()) == path
    assert path_of(str(path)) == path
    assert sqlite_path(sqlite_url(path)) == path


def test_sqlite_url__of_an_ordinary_path_is_readable():
    assert sqlite_url(Path("/data/my shipments/serving.db")) == "sqlite:////data/my shipments/serving.db"


@pytest.mark.parametrize("name", ["per%20cent", "what?now"])
def test_sqlite_url__that_is_escaped_has_no_parent_folder_that_mlflow_would_create(name):
    path = sqlite_url(Path("/data") / name / "mlflow.db").removeprefix("sqlite:///")

    assert Path(path).parent == Path("/")


@pytest.mark.parametrize(
    ("url", "path"),
    [
        ("file:///data%20folder/t.csv", "/data folder/t.csv"),
        ("file:/data/t.csv", "/data/t.csv"),
        ("file://localhost/data/t.csv", "/data/t.csv"),
        ("file:///what?now#1.csv", "/what?now#1.csv"),
        ("per%20cent.csv", "per%20cent.csv"),
    ],
)
def test_path_of__decodes_urls_alone(url, path):
    assert path_of(url) == Path(path)


@pytest.mark.parametrize("url", ["file://data/table.csv", "file://data", "file://"])
def test_file_url_of_another_host__is_refused(url):
    with pytest.raises(InvalidFileUrl, match=r"names no file of this machine; write a path, or file:///"):
        path_of(url)


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///", "sqlite:///:memory:", "postgresql://db/serving", "x.db"])
def test_sqlite_path__of_no_file_is_none(url):
    assert sqlite_path(url) is None


def test_sqlite_path__has_no_options():
    assert sqlite_path("sqlite:///serving.db?timeout=5") == Path("serving.db")
