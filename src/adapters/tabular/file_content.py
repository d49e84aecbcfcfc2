"""What a file contains, by its first bytes: where its name says something else, the error has the right name."""

import gzip
import re
import zipfile
import zlib
from contextlib import suppress
from enum import StrEnum
from pathlib import Path
from typing import BinaryIO

from delay_core.errors import SourceError


class Content(StrEnum):
    """Kinds of content, in words."""

    TEXT = "text"
    PAGE = "an HTML or XML page"
    GZIP = "a gzip file"
    OTHER_COMPRESSION = "a compressed file"
    ZIP = "a ZIP archive"
    XLSX = "an XLSX workbook"
    OTHER_WORKBOOK = "an .xlsb or .ods workbook"
    OLD_WORKBOOK = "an old .xls workbook, or a workbook encrypted with a password"
    PARQUET = "a Parquet file"


_MAGIC = {
    b"\x1f\x8b": Content.GZIP,
    b"\x28\xb5\x2f\xfd": Content.OTHER_COMPRESSION,
    b"\xfd7zXZ\0": Content.OTHER_COMPRESSION,
    b"BZh91AY&SY": Content.OTHER_COMPRESSION,
    b"PK\x03\x04": Content.ZIP,
    bytes.fromhex("d0cf11e0a1b11ae1"): Content.OLD_WORKBOOK,
    b"PAR1": Content.PARQUET,
}
_PARTS = {
    "xl/workbook.xml": Content.XLSX,
    "xl/workbook.bin": Content.OTHER_WORKBOOK,
    "content.xml": Content.OTHER_WORKBOOK,
}
"""What an archive with this part is."""
_SUFFIXES = {Content.TEXT: ".csv", Content.XLSX: ".xlsx", Content.PARQUET: ".parquet"}
_REMEDIES = {
    Content.PAGE: "open it in a spreadsheet program and save it as .xlsx",
    Content.GZIP: "unpack it",
    Content.OTHER_COMPRESSION: "unpack it",
    Content.ZIP: "take the table out of it",
    Content.OTHER_WORKBOOK: "save it as .xlsx",
    Content.OLD_WORKBOOK: "save it as .xlsx, without a password",
}
_FIRST_BYTES = 4096
_PAGE = re.compile(rb"(?:\xef\xbb\xbf)?\s*<(?:!doctype html|html|head|body|table|\?xml)\b", re.IGNORECASE)
_UTF_16_MARKS = (b"\xff\xfe", b"\xfe\xff")
_CONTROL_BYTE = re.compile(rb"[\0-\x08\x0e-\x1f\x7f]")


def check_content(path: Path, *expected: Content) -> None:
    """Raise SourceError if the file certainly contains something else; what is unknown is left to the reader."""
    content, suffix = _content(path), path.suffix.lower()
    name = path.with_suffix("") if suffix == ".gz" else path
    if suffix == ".gz" and content is Content.GZIP:
        content = _content(path, unpack=True)
        if content is not None and content not in expected:
            raise SourceError(f"{path} is {content} inside a gzip file; unpack it, and {_remedy(content, name)}")
    elif content is not None and (suffix == ".gz" or content not in expected):
        ending = f"ends in {path.suffix}" if suffix else "has no suffix"
        remedy = f"name it {path.name}.gz" if content is Content.GZIP and Content.TEXT in expected else None
        raise SourceError(f"{path} is {content}, although its name {ending}; {remedy or _remedy(content, name)}")


def _content(path: Path, *, unpack: bool = False) -> Content | None:
    """The content, of a gzip file also of what is inside; None if it is unknown or cannot be read."""
    with suppress(OSError, EOFError, zlib.error), gzip.open(path) if unpack else path.open("rb") as file:
        return _detect(file)
    return None


def _detect(file: BinaryIO | gzip.GzipFile) -> Content | None:
    first = file.read(_FIRST_BYTES)
    content = next((content for magic, content in _MAGIC.items() if first.startswith(magic)), None)
    if content is Content.ZIP:
        return _archive_content(file)
    if content is None and _PAGE.match(first):
        return Content.PAGE
    if content is None and first and (first.startswith(_UTF_16_MARKS) or not _CONTROL_BYTE.search(first)):
        return Content.TEXT
    return content


def _archive_content(file: BinaryIO | gzip.GzipFile) -> Content:
    """What an archive is by its parts; a broken one is an archive."""
    with suppress(zipfile.BadZipFile, OSError), zipfile.ZipFile(file) as archive:
        names = set(archive.namelist())
        return next((content for part, content in _PARTS.items() if part in names), Content.ZIP)
    return Content.ZIP


def _remedy(content: Content, name: Path) -> str:
    return _REMEDIES.get(content) or f"name it {name.with_suffix(_SUFFIXES[content]).name}"
