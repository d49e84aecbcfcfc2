"""The text of a CSV file, seen through a window that moves along it: memory does not grow with the file."""

import gzip
import zlib
from codecs import getincrementaldecoder, lookup
from collections.abc import Iterator
from io import StringIO
from itertools import chain, islice
from pathlib import Path

from delay_core.errors import SourceError

PIECE_BYTES = 1 << 20
LONGEST_LINE = 64 << 20
"""In characters: what has no line end for so long is no CSV file, and would fill the memory."""


class Undecodable(SourceError):
    """Bytes that are no text in the encoding; `place` is the first such byte, counted from 0."""

    def __init__(self, path: Path, encoding: str, place: int) -> None:
        self.place = place
        super().__init__(f"{path} is not {encoding} text (byte {place}); set source.encoding in the schema")


def pieces(path: Path) -> Iterator[bytes]:
    """The file's bytes, unpacked where its name ends in `.gz`, PIECE_BYTES at a time. Raises SourceError."""
    try:
        with gzip.open(path, "rb") if path.suffix.lower() == ".gz" else path.open("rb") as file:
            while piece := file.read(PIECE_BYTES):
                yield piece
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise SourceError(f"{path} is no whole gzip file; pack it again, or give it unpacked") from error
    except OSError as error:
        raise SourceError(f"{path}: {error.strerror}") from error


def decoded(path: Path, encoding: str) -> Iterator[str]:
    """The file's text without a UTF-8 byte order mark; line ends stay as they are. Raises SourceError."""
    try:
        b"".decode(encoding)
        utf8 = lookup(encoding).name == "utf-8"
        decoder = getincrementaldecoder("utf-8-sig" if utf8 else encoding)()
    except LookupError as error:
        raise SourceError(f"{path}: {encoding} is no text encoding; set source.encoding in the schema") from error
    seen = 0
    try:
        for piece in pieces(path):
            seen += len(piece)
            yield decoder.decode(piece)
        yield decoder.decode(b"", final=True)
    except UnicodeDecodeError as error:
        # what the decoder was looking at ends where the last piece ends
        raise Undecodable(path, encoding, seen - len(error.object) + error.start) from error
    except UnicodeError as error:  # UTF-16 without its byte order mark
        raise Undecodable(path, encoding, 0) from error


class Window:
    """The text that is in memory and not yet read, and the number of lines before it."""

    def __init__(self, path: Path, encoding: str) -> None:
        self._path = path
        self._pieces = decoded(path, encoding)
        self.text = ""
        self.lines_before = 0
        self.ended = False

    def widen(self, size: int) -> None:
        """See so many characters, or all that is left."""
        parts, length = [self.text], len(self.text)
        while length < size and not self.ended:
            piece = next(self._pieces, None)
            self.ended = piece is None
            parts.append(piece or "")
            length += len(piece or "")
        self.text = "".join(parts)

    def skip(self, length: int, lines: int) -> None:
        """Move on by so many characters, which hold so many lines."""
        self.text = self.text[length:]
        self.lines_before += lines

    def refuse_long_line(self, length: int) -> None:
        """Raise SourceError where a line of this length has not ended yet and is too long."""
        if length > LONGEST_LINE:
            raise SourceError(f"{self._path}: a line of over {LONGEST_LINE:,} characters; is this a CSV file?")


class Lines:
    """The whole lines of a window, with their ends; the window widens as long as more are asked for."""

    def __init__(self, window: Window) -> None:
        self._window = window
        self._batches: list[list[str]] = []

    def __iter__(self) -> Iterator[str]:
        window, at = self._window, 0
        while not self._batches or not window.ended:
            if self._batches:
                window.widen(len(window.text) + PIECE_BYTES)
            batch = StringIO(window.text[at:], newline="").readlines()
            # a return at the very end may be half of a line end
            if batch and not window.ended and not batch[-1].endswith("\n"):
                window.refuse_long_line(len(batch.pop()))
            self._batches.append(batch)
            at += sum(map(len, batch))
            yield from batch

    @property
    def at_first(self) -> int:
        """How many lines the window held before it had to widen."""
        return len(self._batches[0])

    def length(self, count: int) -> int:
        """The characters of the first so many lines."""
        return sum(map(len, islice(chain.from_iterable(self._batches), count)))
