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
def read(tmp_path):
    """Reads a file with this content: bytes, an Arrow table, or a workbook."""

    def reader(content, schema=SCHEMA, name="table.csv"):
        path = tmp_path / name
        match content:
            case bytes():
                path.write_bytes(content)
            case pa.Table():
                pq.write_table(content, path)
            case _:
                content.save(path)
        return pd.concat(tables.ShipmentSource(files.ByteSource()).chunks(str(path), schema), ignore_index=True)

    return reader
