"""Detecting the encoding of a text file."""

import re
from pathlib import Path

from adapters.tabular.file_content import Content, check_content
from adapters.tabular.text_buffer import Undecodable, decode_file, read_chunks
from delay_core.errors import SourceError

_CP1252_ONLY = re.compile(rb"[\x80-\x9f]")
"""Quotation marks, dashes and the euro sign in cp1252; rarely used control characters in latin-1."""


def detect_encoding(path: Path) -> tuple[str, str]:
    """The encoding and the reason for it; reads the whole file. Raises SourceError."""
    check_content(path, Content.TEXT)
    first_chunk = next(read_chunks(path), b"")
    if first_chunk.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16", "encoding utf-16: the file begins with its byte order mark"
    if b"\0" in first_chunk:
        raise SourceError(
            f"{path} is no text table, or UTF-16 without a byte order mark (byte {first_chunk.index(0)} is 0); "
            "save it as UTF-8"
        )
    position = _find_invalid_utf8(path)
    if position is None:
        mark = first_chunk.startswith(b"\xef\xbb\xbf")
        reason = "the file begins with its byte order mark" if mark else "the whole file is valid UTF-8"
        return "utf-8", f"encoding utf-8: {reason}"
    reason = f"not valid UTF-8 at byte {position}"
    if not any(_CP1252_ONLY.search(chunk) for chunk in read_chunks(path)):
        return "latin-1", f"encoding latin-1: {reason}, and no byte from 0x80 to 0x9f, as cp1252 would have"
    try:
        for _ in decode_file(path, "cp1252"):
            pass
    except Undecodable as error:
        return "latin-1", f"encoding latin-1: {reason}, nor valid cp1252 at byte {error.position}"
    return "cp1252", f"encoding cp1252: {reason}, and bytes from 0x80 to 0x9f, control signs in latin-1"


def _find_invalid_utf8(path: Path) -> int | None:
    """The position of the first byte that is not valid UTF-8; None if there is none."""
    try:
        for _ in decode_file(path, "utf-8"):
            pass
    except Undecodable as error:
        return error.position
    return None
