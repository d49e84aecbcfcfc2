"""Files whose names say another format than their content has: the error says what they are and what to name them."""

import gzip
import zipfile
from io import BytesIO

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from adapters import files
from adapters import tabular as tables
from delay_core.errors import SourceError

CSV = b"a,b\nSECRET,2\n"


def _saved(save):
    save(content := BytesIO())
    return content.getvalue()


def _archive(*parts):
    with zipfile.ZipFile(content := BytesIO(), "w") as archive:
        for part in parts:
            archive.writestr(part, "SECRET")
    return content.getvalue()


XLSX = _saved(openpyxl.Workbook().save)
PARQUET = _saved(lambda file: pq.write_table(pa.table({"a": ["SECRET"]}), file))
OLD_WORKBOOK = bytes.fromhex("d0cf11e0a1b11ae1")
CASES = {
    ("t.csv", gzip.compress(CSV)): "is a gzip file, although its name ends in .csv; name it t.csv.gz",
    ("t", gzip.compress(CSV)): "is a gzip file, although its name has no suffix; name it t.gz",
    ("t.csv", XLSX): "is an XLSX workbook, although its name ends in .csv; name it t.xlsx",
    ("t.csv", PARQUET): "is a Parquet file, although its name ends in .csv; name it t.parquet",
    ("t.csv", _archive("t.csv")): "is a ZIP archive, although its name ends in .csv; take the table out of it",
    ("t.csv", b"PK\x03\x04"): "is a ZIP archive, although its name ends in .csv; take the table out of it",
    ("t.csv", b"<!DOCTYPE html><p>Sign in"): "is an HTML or XML page, although its name ends in .csv; open it in a",
    ("t.csv", OLD_WORKBOOK): "is an old .xls workbook, or a workbook encrypted with a password, although",
    ("t.csv.gz", CSV): "is text, although its name ends in .gz; name it t.csv",
    ("t.csv.gz", XLSX): "is an XLSX workbook, although its name ends in .gz; name it t.xlsx",
    ("t.csv.gz", gzip.compress(XLSX)): "is an XLSX workbook inside a gzip file; unpack it, and name it t.xlsx",
    ("t.xlsx", CSV): "is text, although its name ends in .xlsx; name it t.csv",
    ("t.xlsx", CSV.decode().encode("utf-16")): "is text, although its name ends in .xlsx; name it t.csv",
    ("t.xlsx", OLD_WORKBOOK): "is an old .xls workbook, or a workbook encrypted with a password, although",
    ("t.xlsx", _archive("xl/workbook.bin")): "is an .xlsb or .ods workbook, although its name ends in .xlsx; save it",
    ("t.xlsx", gzip.compress(CSV)): "is a gzip file, although its name ends in .xlsx; unpack it",
    ("t.parquet", CSV): "is text, although its name ends in .parquet; name it t.csv",
    ("t.xls", CSV): "is text, although its name ends in .xls; name it t.csv",
    ("t.xls", XLSX): "is an XLSX workbook, although its name ends in .xls; name it t.xlsx",
    ("t.xls", b"<table><tr><td>SECRET"): "is an HTML or XML page, although its name ends in .xls; open it in a",
}


@pytest.mark.parametrize("reader", ["source", "sampler"])
@pytest.mark.parametrize(
    ("name", "content", "message"),
    [pytest.param(*file, message, id=f"{file[0]} {message}") for file, message in CASES.items()],
)
def test_content_of_another_format__is_named_with_the_right_name(tmp_path, chunks, name, content, message, reader):
    with pytest.raises(SourceError) as error:
        if reader == "source":
            chunks(content, name)
        else:
            (tmp_path / name).write_bytes(content)
            tables.TableSampler(files.ByteSource()).sample(str(tmp_path / name), 10)
    assert str(error.value).startswith(f"{tmp_path / name} {message}")
    assert "SECRET" not in str(error.value)


def test_text_that_begins_like_an_archive__is_a_table(read):
    assert read(b"PK,PAR\n1,2\n").to_dict("list") == {"PK": ["1"], "PAR": ["2"]}
