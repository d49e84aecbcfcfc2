"""Workbooks opened with care: they may be broken, enormous once unpacked, or locked."""

import warnings
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from xml.etree.ElementTree import ParseError

from defusedxml import DefusedXmlException  # openpyxl lets it read all XML, once it is installed
from openpyxl import Workbook, load_workbook

from delay_core.errors import SourceError

MOST_BYTES = 4 << 30
OLD_OR_LOCKED = bytes.fromhex("d0cf11e0a1b11ae1")
"""How a file begins that is an old .xls, or encrypted with a password."""

BROKEN = (
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
"""openpyxl checks little: a broken workbook fails wherever it first matters."""


@contextmanager
def opened(path: Path) -> Iterator[Workbook]:
    """The workbook, its sheets read row by row, formulas as the values that they had when it was saved."""
    with path.open("rb") as file:
        with explained(path):
            if file.read(len(OLD_OR_LOCKED)) == OLD_OR_LOCKED:
                raise SourceError(f"{path} is an old .xls or locked by a password; save it as .xlsx without one")
            with zipfile.ZipFile(file) as parts:
                size = sum(part.file_size for part in parts.infolist())
            if size > MOST_BYTES:
                raise SourceError(f"{path} unpacks to {size:,} bytes, over {MOST_BYTES:,}; save it as CSV or Parquet")
            book = load_workbook(file, read_only=True, data_only=True)
        try:
            yield book
        finally:
            book.close()


@contextmanager
def explained(path: Path) -> Iterator[None]:
    """Let openpyxl work within; what it cannot read raises SourceError.

    Its own words may quote a value, so they go no further; its warnings, about what no table needs, neither.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            yield
        except BROKEN as error:
            kind = type(error.__cause__ or error).__name__
            raise SourceError(
                f"{path} is no XLSX workbook, or is broken ({kind}); open it and save it anew as .xlsx"
            ) from None
