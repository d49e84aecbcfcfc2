"""Opening workbooks, which may be broken, encrypted, or too large once unpacked."""

import warnings
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from xml.etree.ElementTree import ParseError

from defusedxml import DefusedXmlException  # openpyxl lets it read all XML, once it is installed
from openpyxl import Workbook, load_workbook

from adapters.tabular.file_content import Content, check_content
from delay_core.errors import SourceError

MAX_UNPACKED_BYTES = 4 << 30

READ_ERRORS = (
    zipfile.BadZipFile,
    zlib.error,
    ParseError,
    DefusedXmlException,
    EOFError,
    OSError,
    LookupError,
    ValueError,
    TypeError,
    AttributeError,
    ArithmeticError,
    RuntimeError,
)
"""openpyxl does not validate workbooks: a broken one fails anywhere, with any of these."""


@contextmanager
def open_workbook(path: Path) -> Iterator[Workbook]:
    """The workbook, read row by row, with the values that formulas had when it was saved. Raises SourceError."""
    check_content(path, Content.XLSX, Content.ZIP)
    with path.open("rb") as file:
        with translate_errors(path):
            with zipfile.ZipFile(file) as parts:
                size = sum(part.file_size for part in parts.infolist())
            if size > MAX_UNPACKED_BYTES:
                raise SourceError(
                    f"{path} unpacks to {size:,} bytes, over {MAX_UNPACKED_BYTES:,}; save it as CSV or Parquet"
                )
            book = load_workbook(file, read_only=True, data_only=True)
        try:
            yield book
        finally:
            book.close()


@contextmanager
def translate_errors(path: Path) -> Iterator[None]:
    """Raise errors of openpyxl as SourceErrors, and suppress its warnings, which concern no data.

    openpyxl's messages may quote values, and are not repeated.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            yield
        except READ_ERRORS as error:
            name = type(error.__cause__ or error).__name__
            raise SourceError(
                f"{path} is no XLSX workbook, or is broken ({name}); open it and save it again as .xlsx"
            ) from None
