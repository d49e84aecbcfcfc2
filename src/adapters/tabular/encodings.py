"""Which encoding a text file is written in."""

import re
from pathlib import Path

from adapters.tabular.csv_text import Undecodable, decoded, pieces
from delay_core.errors import SourceError

_CP1252_ONLY = re.compile(rb"[\x80-\x9f]")
"""Quotation marks, dashes and the euro in cp1252; control signs, which nobody writes, in latin-1."""


def guess_encoding(path: Path) -> tuple[str, str]:
    """The encoding, and what speaks for it; the whole file is looked at. Raises SourceError."""
    beginning = next(pieces(path), b"")
    if beginning.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16", "encoding utf-16: the file begins with its byte order mark"
    if b"\0" in beginning:
        raise SourceError(
            f"{path} is no text table, or UTF-16 without a byte order mark (byte {beginning.index(0)} is 0); "
            "save it as UTF-8"
        )
    place = _not_utf8(path)
    if place is None:
        mark = beginning.startswith(b"\xef\xbb\xbf")
        found = "the file begins with its byte order mark" if mark else "the whole file is valid UTF-8"
        return "utf-8", f"encoding utf-8: {found}"
    why = f"not valid UTF-8 at byte {place}"
    if not any(_CP1252_ONLY.search(piece) for piece in pieces(path)):
        return "latin-1", f"encoding latin-1: {why}, and no byte from 0x80 to 0x9f, as cp1252 would have"
    try:
        for _ in decoded(path, "cp1252"):
            pass
    except Undecodable as error:
        return "latin-1", f"encoding latin-1: {why}, nor valid cp1252 at byte {error.place}"
    return "cp1252", f"encoding cp1252: {why}, and bytes from 0x80 to 0x9f, control signs in latin-1"


def _not_utf8(path: Path) -> int | None:
    """The first byte that is no UTF-8."""
    try:
        for _ in decoded(path, "utf-8"):
            pass
    except Undecodable as error:
        return error.place
    return None
