"""The text of a CSV file in a buffer that advances through it: memory does not grow with the file."""

import gzip
import zlib
from codecs import getincrementaldecoder, lookup
from collections.abc import Iterator
from io import StringIO
from itertools import chain, islice
from pathlib import Path

from delay_core.errors import SourceError

CHUNK_BYTES = 1 << 20
MAX_LINE_LETTERS = 64 << 20
"""A file with a longer line is no CSV file, and would fill the memory."""


class Undecodable(SourceError):
    """Bytes that are not valid in the encoding; `position` is the first such byte, counted from 0."""

    def __init__(self, path: Path, encoding: str, position: int) -> None:
        self.position = position
        super().__init__(f"{path} is not {encoding} text (byte {position}); set source.encoding in the schema")


def read_chunks(path: Path) -> Iterator[bytes]:
    """The file's bytes, unpacked if its name ends in `.gz`, in chunks of CHUNK_BYTES. Raises SourceError."""
    try:
        with gzip.open(path, "rb") if path.suffix.lower() == ".gz" else path.open("rb") as file:
            while chunk := file.read(CHUNK_BYTES):
                yield chunk
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise SourceError(f"{path} is no complete gzip file; compress it again, or give it uncompressed") from error
    except OSError as error:
        raise SourceError(f"{path}: {error.strerror}") from error


def decode_file(path: Path, encoding: str) -> Iterator[str]:
    """The file's text without a UTF-8 byte order mark, line ends unchanged. Raises SourceError."""
    try:
        b"".decode(encoding)
        utf8 = lookup(encoding).name == "utf-8"
        decoder = getincrementaldecoder("utf-8-sig" if utf8 else encoding)()
    except LookupError as error:
        raise SourceError(f"{path}: {encoding} is no text encoding; set source.encoding in the schema") from error
    bytes_read = 0
    try:
        for chunk in read_chunks(path):
            bytes_read += len(chunk)
            yield decoder.decode(chunk)
        yield decoder.decode(b"", final=True)
    except UnicodeDecodeError as error:
        # The input of the decoder ends where the last chunk ends.
        raise Undecodable(path, encoding, bytes_read - len(error.object) + error.start) from error
    except UnicodeError as error:  # UTF-16 without its byte order mark
        raise Undecodable(path, encoding, 0) from error


class TextBuffer:
    """Text that is in memory and not consumed yet, and the number of lines before it."""

    def __init__(self, path: Path, encoding: str) -> None:
        self._path = path
        self._chunks = decode_file(path, encoding)
        self.text = ""
        self.lines_before = 0
        self.ended = False

    def fill(self, size: int) -> None:
        """Read until the buffer has `size` characters, or until the end of the file."""
        parts, length = [self.text], len(self.text)
        while length < size and not self.ended:
            chunk = next(self._chunks, None)
            self.ended = chunk is None
            parts.append(chunk or "")
            length += len(chunk or "")
        self.text = "".join(parts)

    def advance(self, length: int, lines: int) -> None:
        """Consume `length` characters, which contain `lines` lines."""
        self.text = self.text[length:]
        self.lines_before += lines

    def refuse_long_line(self, length: int) -> None:
        """Raise SourceError if an unfinished line of this length is too long."""
        if length > MAX_LINE_LETTERS:
            raise SourceError(f"{self._path}: a line of over {MAX_LINE_LETTERS:,} characters; is this a CSV file?")


class Lines:
    """The complete lines of a buffer, with their ends; the buffer is filled as long as more lines are requested."""

    def __init__(self, buffer: TextBuffer) -> None:
        self._buffer = buffer
        self._batches: list[list[str]] = []

    def __iter__(self) -> Iterator[str]:
        buffer, position = self._buffer, 0
        while not self._batches or not buffer.ended:
            if self._batches:
                buffer.fill(len(buffer.text) + CHUNK_BYTES)
            batch = StringIO(buffer.text[position:], newline="").readlines()
            # A carriage return at the very end may be half of a line end.
            if batch and not buffer.ended and not batch[-1].endswith("\n"):
                buffer.refuse_long_line(len(batch.pop()))
            self._batches.append(batch)
            position += sum(map(len, batch))
            yield from batch

    @property
    def initial_line_count(self) -> int:
        """The number of lines before the buffer was filled again."""
        return len(self._batches[0])

    def length(self, count: int) -> int:
        """The number of characters in the first `count` lines."""
        return sum(map(len, islice(chain.from_iterable(self._batches), count)))
