"""An object comes down: in pinned parts where it is large, so that one replaced meanwhile is noticed."""

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from typing import Any, BinaryIO

from botocore.exceptions import HTTPClientError, IncompleteReadError, ReadTimeoutError, ResponseStreamingError

from adapters.s3.checksum import Version
from adapters.s3.connection import Connection
from adapters.s3.place import Place
from delay_core.errors import DelayError, StoreError

_BROKEN = (HTTPClientError, IncompleteReadError, ReadTimeoutError, ResponseStreamingError)
"""Answers that broke off: botocore tries requests again, not the reading of their answers."""

_AT_ONCE = 2**20


def read(connection: Connection, place: Place) -> bytes:
    """A whole object. Raises ClientError, BotoCoreError."""
    for _ in range(connection.attempts - 1):
        answer = connection.client.get_object(**place.arguments)
        with suppress(*_BROKEN), closing(answer["Body"]) as body:
            return bytes(body.read())
    with closing(connection.client.get_object(**place.arguments)["Body"]) as body:
        return bytes(body.read())


def download(
    connection: Connection, place: Place, file: BinaryIO, kind: type[DelayError] = StoreError, etag: str | None = None
) -> Version:
    """Write an object (of this ETag, where given) into an empty, readable file, and verify it.

    Raises ClientError, BotoCoreError, OSError, and an error of this kind when the bytes do not fit S3's checksum.
    """
    pinned = {"IfMatch": etag} if etag else {}
    answer = connection.client.get_object(**place.arguments, **pinned)
    version = Version.of(answer)
    if version.size > connection.part_bytes:
        answer["Body"].close()
        _fetch_parts(connection, place, version, file)
    elif not _came_whole(answer["Body"], file, 0):
        _fetch_parts(connection, place, version, file)
    if not version.fits(file):
        raise kind(f"{place}: its content does not fit its checksum: altered, or damaged on its way; restore it")
    file.seek(0)
    return version


def _came_whole(body: Any, file: BinaryIO, offset: int) -> bool:
    with suppress(*_BROKEN), closing(body):
        _write(body, file, offset)
        return True
    return False


def _fetch_parts(connection: Connection, place: Place, version: Version, file: BinaryIO) -> None:
    def fetch(span: tuple[int, int]) -> None:
        start, stop = span
        pinned = {**place.arguments, "Range": f"bytes={start}-{stop - 1}", "IfMatch": version.etag}
        for _ in range(connection.attempts - 1):
            if _came_whole(connection.client.get_object(**pinned)["Body"], file, start):
                return
        with closing(connection.client.get_object(**pinned)["Body"]) as body:
            _write(body, file, start)

    with ThreadPoolExecutor(connection.parts_at_once) as pool:
        waiting = [pool.submit(fetch, span) for span in _spans(version.size, connection.part_bytes)]
        try:
            for each in waiting:
                each.result()
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise


def _spans(size: int, length: int) -> Iterator[tuple[int, int]]:
    return ((start, min(start + length, size)) for start in range(0, size, length))


def _write(body: Any, file: BinaryIO, offset: int) -> None:
    for piece in body.iter_chunks(_AT_ONCE):
        left = memoryview(piece)
        while left:
            written = os.pwrite(file.fileno(), left, offset)  # parts arrive in any order
            left, offset = left[written:], offset + written
