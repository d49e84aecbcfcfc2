"""Reading a file by a schema with this format."""

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from adapters import files
from adapters import tabular as tables
from delay_core import load_schema

SCHEMA = load_schema("smart_logistics")


@pytest.fixture
def chunks(tmp_path):
    """The chunks of a file with this content: bytes, an Arrow table, or a workbook."""

    def reader(content, name="table.csv", schema=SCHEMA):
        path = tmp_path / name
        match content:
            case bytes():
                path.write_bytes(content)
            case pa.Table():
                pq.write_table(content, path)
            case _:
                content.save(path)
        return list(tables.ShipmentSource(files.ByteSource()).chunks(str(path), schema))

    return reader


@pytest.fixture
def read(chunks):
    """Reads such a file as one table."""
    return lambda content, schema=SCHEMA, name="table.csv": pd.concat(chunks(content, name, schema), ignore_index=True)
