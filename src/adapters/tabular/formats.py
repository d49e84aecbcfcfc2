"""Choosing the reader of a table by the suffix of its name."""

from enum import Enum, auto
from pathlib import Path

from adapters.shared.optional_dependencies import require_extra
from adapters.tabular.chunks import Chunks
from adapters.tabular.csv_reader import read_csv
from adapters.tabular.file_content import Content, check_content
from adapters.tabular.parquet_reader import read_parquet
from delay_core.errors import SourceError
from delay_core.schema import SourceFormat

UNSUPPORTED_SUFFIXES = (".xls", ".xlsb", ".ods")


class Format(Enum):
    """The format of a table."""

    CSV = auto()
    PARQUET = auto()
    XLSX = auto()


def detect_format(path: Path) -> Format:
    """CSV, unless the suffix is that of another format. Raises SourceError for unsupported workbooks."""
    suffix = path.suffix.lower()
    if suffix in UNSUPPORTED_SUFFIXES:
        check_content(path, Content.OLD_WORKBOOK, Content.OTHER_WORKBOOK)
        raise SourceError(f"{path}: {suffix} workbooks cannot be read; save it as .xlsx")
    if suffix in (".xlsx", ".xlsm"):
        return Format.XLSX
    return Format.PARQUET if suffix == ".parquet" else Format.CSV


def read_table(path: Path, form: SourceFormat, chunk_rows: int) -> Chunks:
    """Chunks of at most `chunk_rows` rows; no chunk if there are no rows. Raises SourceError."""
    match detect_format(path):
        case Format.PARQUET:
            return read_parquet(path, chunk_rows)
        case Format.XLSX:
            with require_extra("xlsx"):
                from adapters.tabular.xlsx_reader import read_xlsx  # noqa: PLC0415 - CSV and Parquet do without openpyxl
            return read_xlsx(path, form, chunk_rows)
        case Format.CSV:
            return read_csv(path, form, chunk_rows)
