"""Joined tables of every type: a table of a database with another one there, and files of three types together."""

import sqlite3
from contextlib import closing

import pandas as pd
import pytest

from delay_core import parse_schema
from delay_core.errors import SourceError
from delay_core.file_urls import sqlite_url
from delay_core.joins import JoinedTable
from entrypoints.container import Container
from entrypoints.settings import Settings

ORDERS = pd.DataFrame(
    {"order": ["1", "2", "3"], "customer": ["7", "8", "9"], "sent": ["2024-01-01"] * 3, "late": ["0"] * 3}
)
CUSTOMERS = pd.DataFrame({"id": [7, 8], "city": ["Köln", "Rome"], "region": ["N", "S"]})
REGIONS = pd.DataFrame({"region": ["N", "S"], "country": ["DE", "IT"]})
ITEMS = pd.DataFrame({"order": ["1", "1", "3"], "kg": [1.5, None, 2.0]})
TO_ITEMS = "key: order, cardinality: one_to_many, aggregate: {n: {function: count}, kg: {function: sum, column: kg}}"


def joined(url, *joins, form=""):
    schema = parse_schema(
        f"""
name: orders
version: 1
source: {{{form}join: [{", ".join(f"{{{join}}}" for join in joins)}]}}
prediction_point: {{column: sent, stage: order}}
label: {{column: late}}
columns:
  sent: {{role: timestamp}}
  city: {{role: categorical}}
  country: {{role: categorical}}
  n: {{role: numeric}}
  kg: {{role: numeric}}
  late: {{role: label, available_at: delivered}}
""",
        "orders.yaml",
    )
    table = JoinedTable(Container(settings=Settings()).storage.shipment_source(), url, schema)
    digest, rows = table.digest(), pd.concat([chunk.rows for chunk in table.chunks()])
    return digest, rows[["city", "country", "n", "kg"]].astype(object).where(rows.notna(), None).to_numpy().tolist()


EXPECTED = [["Köln", "DE", 2, 1.5], ["Rome", "IT", 0, None], [None, None, 1, 2.0]]


def test_files_of_three_types__are_joined_by_paths_beside_the_main_one(tmp_path):
    ORDERS.to_csv(tmp_path / "orders.csv", index=False)
    CUSTOMERS.to_excel(tmp_path / "customers.xlsx", sheet_name="all", index=False)
    REGIONS.to_csv(tmp_path / "regions.csv", index=False, sep=";", encoding="utf-16")
    ITEMS.to_parquet(tmp_path / "items.parquet")
    joins = (
        "table: customers.xlsx, sheet: all, key: customer, other_key: id",
        "table: regions.csv, key: region, delimiter: ;, encoding: utf-16",
        f"table: items.parquet, {TO_ITEMS}",
    )
    digest, rows = joined(str(tmp_path / "orders.csv"), *joins)
    assert rows == EXPECTED

    CUSTOMERS.assign(city="Bern").to_excel(tmp_path / "customers.xlsx", sheet_name="all", index=False)
    assert joined(str(tmp_path / "orders.csv"), *joins)[0] != digest


def test_a_title_above_a_header__is_that_of_one_file(tmp_path):
    (tmp_path / "orders.csv").write_text("Orders\n" + ORDERS.to_csv(index=False))
    CUSTOMERS.to_csv(tmp_path / "customers.csv", index=False)
    (tmp_path / "regions.csv").write_text("Regions\n\n" + REGIONS.to_csv(index=False))
    ITEMS.to_parquet(tmp_path / "items.parquet")
    joins = (
        "table: customers.csv, key: customer, other_key: id",
        "table: regions.csv, key: region, header_row: 3",
        f"table: items.parquet, {TO_ITEMS}",
    )
    assert joined(str(tmp_path / "orders.csv"), *joins, form="header_row: 2, ")[1] == EXPECTED


def test_tables_of_a_database__are_joined_by_their_names_and_with_files(tmp_path):
    with closing(sqlite3.connect(tmp_path / "wms.db")) as connection:
        for name, table in {"orders": ORDERS, "customers": CUSTOMERS, "items": ITEMS}.items():
            table.to_sql(name, connection, index=False)
    REGIONS.to_csv(tmp_path / "regions.csv", index=False)
    url = f"{sqlite_url(tmp_path / 'wms.db')}?table=orders"
    joins = (
        "table: main.customers, key: customer, other_key: id",
        f"table: {tmp_path / 'regions.csv'}, key: region",
        f"table: items, {TO_ITEMS}",
    )
    assert joined(url, *joins)[1] == EXPECTED
    with pytest.raises(SourceError, match=r"source.join.0.table: .*wms.db: no table item; did you mean items\?"):
        joined(url, f"table: item, {TO_ITEMS}")


def test_a_row_that_cannot_be_split__is_refused_with_its_line(tmp_path):
    ORDERS.to_csv(tmp_path / "orders.csv", index=False)
    (tmp_path / "customers.csv").write_text("id,city\n7,Oslo\n8\n")
    with pytest.raises(SourceError, match=r"source.join.0.table: .*customers.csv: line 3: 1 fields, the header has 2"):
        joined(str(tmp_path / "orders.csv"), "table: customers.csv, key: customer, other_key: id")
