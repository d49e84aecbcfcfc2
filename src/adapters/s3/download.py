"""Downloading objects: large ones in ranges of one version, so that a concurrent replacement is an error."""

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from typing import Any, BinaryIO

from botocore.exceptions import HTTPClientError, IncompleteReadError, ReadTimeoutError, ResponseStreamingError

from adapters.s3.checksum import ObjectVersion
from adapters.s3.client import S3Client
from adapters.s3.location import ObjectLocation
from delay_core.errors import DelayError, StoreError

_TRANSIENT_ERRORS = (HTTPClientError, IncompleteReadError, ReadTimeoutError, ResponseStreamingError)
"""Interrupted responses: botocore repeats requests, but not the reading of their responses."""

_CHUNK_BYTES = 2**20


def read_object(client: S3Client, location: ObjectLocation) -> bytes:
    """The content of an object. Raises ClientError, BotoCoreError."""
    for _ in range(client.max_attempts - 1):
        response = client.boto.get_object(**location.kwargs)
        with suppress(*_TRANSIENT_ERRORS), closing(response["Body"]) as body:
            return bytes(body.read())
    with closing(client.boto.get_object(**location.kwargs)["Body"]) as body:
        return bytes(body.read())


def download(
    client: S3Client,
    location: ObjectLocation,
    file: BinaryIO,
    error_type: type[DelayError] = StoreError,
    etag: str | None = None,
) -> ObjectVersion:
    """Write an object into an empty, readable file and verify its checksum; with `etag`, only that version.

    Raises ClientError, BotoCoreError, OSError, and `error_type` if the bytes do not match S3's checksum.
    """
    condition = {"IfMatch": etag} if etag else {}
    response = client.boto.get_object(**location.kwargs, **condition)
    version = ObjectVersion.from_response(response)
    if version.size > client.part_bytes:
        response["Body"].close()
        _download_ranges(client, location, version, file)
    elif not _stream_to_file(response["Body"], file, 0):
        _download_ranges(client, location, version, file)
    if not version.matches(file):
        raise error_type(f"{location}: its content does not match its checksum: altered or damaged; restore it")
    file.seek(0)
    return version


def _stream_to_file(body: Any, file: BinaryIO, offset: int) -> bool:
    with suppress(*_TRANSIENT_ERRORS), closing(body):
        _write(body, file, offset)
        return True
    return False


def _download_ranges(client: S3Client, location: ObjectLocation, version: ObjectVersion, file: BinaryIO) -> None:
    def fetch(byte_range: tuple[int, int]) -> None:
        start, stop = byte_range
        arguments = {**location.kwargs, "Range": f"bytes={start}-{stop - 1}", "IfMatch": version.etag}
        for _ in range(client.max_attempts - 1):
            if _stream_to_file(client.boto.get_object(**arguments)["Body"], file, start):
                return
        with closing(client.boto.get_object(**arguments)["Body"]) as body:
            _write(body, file, start)

    with ThreadPoolExecutor(client.part_workers) as pool:
        futures = [pool.submit(fetch, byte_range) for byte_range in _byte_ranges(version.size, client.part_bytes)]
        try:
            for future in futures:
                future.result()
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise


def _byte_ranges(size: int, length: int) -> Iterator[tuple[int, int]]:
    return ((start, min(start + length, size)) for start in range(0, size, length))


def _write(body: Any, file: BinaryIO, offset: int) -> None:
    for chunk in body.iter_chunks(_CHUNK_BYTES):
        remaining = memoryview(chunk)
        while remaining:
            written = os.pwrite(file.fileno(), remaining, offset)  # ranges arrive in any order
            remaining, offset = remaining[written:], offset + written
