"""URLs of tables: what is shown of them has no password, whatever its characters."""

import pytest

from delay_core import load_schema
from delay_core.table_urls import related_url, scheme, table_name, without_password
from delay_core.use_cases.infer_schema import InferSchema
from fakes.progress import Progress
from fakes.shipment_source import ShipmentSource
from fakes.table_sampler import TableSampler
from support.fake_product import FakeProduct
from support.shipment_tables import raw_shipments

URL = "postgresql://reader:{}@db.example:5432/wms?table=public.orders"


@pytest.mark.parametrize(
    "password", ["s3cret", "s3%40cret", "s3@cret", "s3/cret", "s3?cret", "s3#cret", "s3:cret", "12345"]
)
def test_without_password__hides_it_also_if_it_is_not_escaped(password):
    assert without_password(URL.format(password)) == URL.format("***")


@pytest.mark.parametrize(
    ("url", "redacted"),
    [
        ("postgresql://reader:s3cret/wms?table=t", "postgresql://reader:***/wms?table=t"),
        ("mysql://reader:s3cret@db/wms", "mysql://reader:***@db/wms"),
        ("postgresql://db/wms?table=t&password=s3cret", "postgresql://db/wms?table=t&password=***"),
        ("postgresql://reader:s3cret@db/wms?tabel=x@y", "postgresql://reader:***@y"),
    ],
)
def test_without_password__of_a_url_with_mistakes(url, redacted):
    assert without_password(url) == redacted


@pytest.mark.parametrize(
    "url",
    [
        "table.csv",
        "/data/a:b@c.csv",
        "s3://bucket/a:b@c.csv",
        "postgresql://reader@db:5432/wms?table=t",
        "postgresql://db:5432/wms?query=select+'a:b@c'",
        "sqlite:////data/wms.db?table=orders",
        "simulator://smart_logistics?rows=3&seed=1",
    ],
)
def test_without_password__changes_no_other_url(url):
    assert without_password(url) == url


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("a.csv", "file"),
        ("/a:b/c.csv", "file"),
        ("a:b.csv", "file"),
        ("file:a.csv", "file"),
        ("S3://b/k", "s3"),
        ("postgresql://[::1/db", "postgresql"),
    ],
)
def test_scheme__of_a_path_is_file(url, expected):
    assert scheme(url) == expected


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("my folder/2024 Export.csv", "2024 Export"),
        ("what?.csv", "what?"),
        ("s3://bucket/orders.parquet", "orders"),
        ("postgresql://db/wms?table=public.orders", "orders"),
        ("sqlite:///wms.db?query=select+1", "wms"),
    ],
)
def test_table_name(url, name):
    assert table_name(url) == name


def test_reports_and_progress__have_no_password():
    url = URL.format("s3cret")
    product = FakeProduct(ShipmentSource({url: raw_shipments(1)}))
    report = product.ingest(load_schema("smart_logistics"), url).report
    progress = Progress()
    InferSchema(TableSampler({url: raw_shipments(1)}), progress)(url, None, 100)

    assert report.source == URL.format("***")
    assert product.progress.steps == [f"Ingesting {URL.format('***')}"]
    assert progress.steps == [f"Looking at {URL.format('***')}"]


@pytest.mark.parametrize(
    ("url", "reference", "related"),
    [
        ("data/orders.csv", "customers.csv", "data/customers.csv"),
        ("orders.csv", "other/customers.csv", "other/customers.csv"),
        ("/data/a b.csv", "../customers 50%.csv", "/data/../customers 50%.csv"),
        ("file:///data/orders.csv", "50% off.csv", "file:///data/50%25%20off.csv"),
        ("s3://bucket/2024/orders.csv", "../customers.csv", "s3://bucket/customers.csv"),
        ("s3://bucket/orders.csv", "/data/customers.csv", "/data/customers.csv"),
        ("s3://bucket/orders.csv", "s3://other/customers.csv", "s3://other/customers.csv"),
        ("kaggle://owner/dataset", "customers.csv", "kaggle://owner/dataset/customers.csv"),
        ("kaggle://owner/dataset/orders.csv", "customers.csv", "kaggle://owner/dataset/customers.csv"),
        ("simulator://smart_logistics?rows=3", "customers.csv", "customers.csv"),
        ("sqlite:///wms.db?query=SELECT+1", "Old stock.customers", "sqlite:///wms.db?table=Old%20stock.customers"),
        (
            "postgresql://u:p@h/d?sslmode=require&table=orders",
            "wms.customers",
            "postgresql://u:p@h/d?sslmode=require&table=wms.customers",
        ),
        ("postgresql://u:p@h/d?table=orders", "/data/customers.csv", "/data/customers.csv"),
    ],
)
def test_related_url(url, reference, related):
    assert related_url(url, reference) == related
