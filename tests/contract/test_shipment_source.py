"""What every ShipmentSource keeps to: rows in order, in chunks, under a digest of their content."""

import pandas as pd
import pytest

from delay_core import load_schema
from delay_core.errors import SourceError
from fakes import shipment_source as fake
from support.lazy_module import LazyModule

files, simulator = LazyModule("adapters.files"), LazyModule("adapters.simulator")
tables, csv_reader = LazyModule("adapters.tabular"), LazyModule("adapters.tabular.csv_reader")
routing, database_tables = LazyModule("adapters.routing"), LazyModule("adapters.database_tables")
stored = LazyModule("support.database_tables")

SCHEMA = load_schema("smart_logistics")
SIMULATED = "simulator://smart_logistics?rows=120&seed=3"


def _raw():
    return pd.concat(simulator.ShipmentSource().chunks(SIMULATED, SCHEMA), ignore_index=True)


@pytest.fixture(
    params=[
        "fake",
        "csv",
        "csv.gz",
        "parquet",
        "xlsx",
        "simulator",
        "SQLite",
        "PostgreSQL",
        "by scheme: simulator",
        "by scheme: path",
        "by scheme: SQLite",
    ]
)
def source_and_url(request, tmp_path):
    if request.param == "simulator":
        return simulator.ShipmentSource(), SIMULATED
    if request.param == "fake":
        return fake.ShipmentSource({"memory": _raw()}, chunk_rows=50), "memory"
    if request.param == "by scheme: simulator":
        return by_scheme(), SIMULATED
    if request.param == "PostgreSQL":
        return database_tables.ShipmentSource(chunk_rows=50), stored.put_postgres(_raw(), "shipments")
    if request.param in ("SQLite", "by scheme: SQLite"):
        source = by_scheme() if request.param != "SQLite" else database_tables.ShipmentSource(chunk_rows=50)
        return source, stored.put_sqlite(_raw(), tmp_path / "own.db", "shipments")
    path = tmp_path / f"table.{'csv' if request.param == 'by scheme: path' else request.param}"
    match request.param:
        case "parquet":
            _raw().to_parquet(path, index=False)
        case "xlsx":
            _raw().to_excel(path, index=False)
        case _:
            _raw().to_csv(path, index=False)
    source = by_scheme() if request.param == "by scheme: path" else tables.ShipmentSource(files.ByteSource())
    return source, str(path)


def by_scheme():
    """As the container puts it together, without the sources that need a network."""
    return routing.RoutedShipmentSource({
        "simulator": simulator.ShipmentSource,
        "file": lambda: tables.ShipmentSource(files.ByteSource()),
        "sqlite": database_tables.ShipmentSource,
    })  # fmt: skip


def test_chunks__contain_all_rows_in_order(source_and_url):
    source, url = source_and_url
    table = pd.concat(source.chunks(url, SCHEMA), ignore_index=True)
    # a workbook cannot tell an empty text from an empty cell
    pd.testing.assert_frame_equal(table.fillna(""), _raw().fillna(""))


def test_chunks__are_the_same_in_every_read(source_and_url):
    source, url = source_and_url
    first, second = (pd.concat(source.chunks(url, SCHEMA), ignore_index=True) for _ in range(2))
    pd.testing.assert_frame_equal(first, second)


def test_digest__has_64_digits_and_is_stable(source_and_url):
    source, url = source_and_url
    assert len(source.digest(url)) == 64
    assert source.digest(url) == source.digest(url)


@pytest.mark.parametrize("name", ["2024-01-01 10:30.csv", "a:b.csv", "file.csv"])
def test_source_by_scheme__reads_a_path_with_a_colon(tmp_path, monkeypatch, name):
    _raw().to_csv(tmp_path / name, index=False)
    monkeypatch.chdir(tmp_path)

    assert by_scheme().digest(name) == by_scheme().digest((tmp_path / name).as_uri())


def test_source_by_scheme__names_the_schemes_of_a_url_that_it_does_not_know():
    with pytest.raises(SourceError, match=r"no source reads gs://; use a path, or a URL with simulator://, file://"):
        by_scheme().digest("gs://bucket/table.csv")


def test_unknown_table__is_reported_with_its_url(source_and_url):
    source, url = source_and_url
    missing = url.replace("smart_logistics", "absent").replace("memory", "absent").replace("/table", "/absent")
    missing = missing.replace("?table=shipments", "?table=absent")
    with pytest.raises(SourceError, match="absent"):
        source.digest(missing)
    with pytest.raises(SourceError, match="absent"):
        list(source.chunks(missing, SCHEMA))
