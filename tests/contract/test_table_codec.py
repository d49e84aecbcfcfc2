"""What every TableCodec keeps to: a table survives the way to bytes and back."""

import numpy as np
import pandas as pd
import pytest

from delay_core.errors import StoreError
from fakes import table_codec as fake
from support.lazy_module import LazyModule

tables = LazyModule("adapters.tabular")


@pytest.fixture(params=["fake", "parquet"])
def codec(request):
    return (fake if request.param == "fake" else tables).TableCodec()


@pytest.fixture
def table():
    times = pd.DatetimeIndex(["2024-03-31 00:30:00.000001", None, "2024-01-01"]).tz_localize("UTC")
    return pd.DataFrame(
        {
            "x": [0.1, np.nan, 1e300],
            "n": [1, 2, 3],
            "s": np.array(["ä", None, ""], dtype=object),
            "t": times.as_unit("us"),
        }
    )


def test_round_trip__returns_an_equal_table(codec, table):
    back = codec.decode(codec.encode(table))
    assert list(back.columns) == list(table.columns)
    assert np.array_equal(back["x"].to_numpy(), table["x"].to_numpy(), equal_nan=True)
    assert back["n"].tolist() == [1, 2, 3]
    assert [None if pd.isna(v) else v for v in back["s"]] == ["ä", None, ""]


def test_read__returns_only_the_named_columns(codec, table):
    assert list(codec.decode(codec.encode(table), ["s", "x"]).columns) == ["s", "x"]


def test_empty_table__keeps_its_columns(codec, table):
    back = codec.decode(codec.encode(table.iloc[:0]))
    assert len(back) == 0
    assert list(back.columns) == list(table.columns)


def test_encode__equal_tables_have_equal_bytes(codec, table):
    assert codec.encode(table) == codec.encode(table.copy())


@pytest.mark.parametrize("content", [b"", b"PAR1 but not really", b"\x80\x04\x95"])
def test_decode__refuses_other_formats(codec, content):
    with pytest.raises(StoreError, match="not a"):
        codec.decode(content)


def test_parquet__keeps_microseconds(table):
    codec = tables.TableCodec()
    assert codec.decode(codec.encode(table))["t"].equals(table["t"])
