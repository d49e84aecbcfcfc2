"""Content goes up whole, or not at all: a checksum on every request, the condition on the one that makes it visible.

boto3's own transfer knows no conditional writes, and cannot take back a file that changed while it was read.
"""

import hashlib
import math
from base64 import b64encode
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from typing import Any, BinaryIO

from botocore.exceptions import BotoCoreError, ClientError

from adapters.s3.connection import Connection
from adapters.s3.place import Place
from delay_core.errors import StoreError

SHA256 = "delay-sha256"
"""The metadata in which an object's digest stands, in hexadecimal: S3's own, of large objects, are of their parts."""

_MOST_PARTS = 10_000


@dataclass(frozen=True)
class Content:
    """What is to be stored."""

    sha256: str
    size: int


def upload(
    connection: Connection, place: Place, file: BinaryIO, content: Content, condition: Mapping[str, str] | None = None
) -> str:
    """Store the file's bytes, which must be `content`; the object's ETag, without quotes.

    `condition` is IfMatch or IfNoneMatch. Raises ClientError, BotoCoreError, and StoreError when the file changed.
    """
    fixed = {**place.arguments, "Metadata": {SHA256: content.sha256}}
    if content.size <= connection.part_bytes:
        body = file.read()
        _check(hashlib.sha256(body).hexdigest(), content, place)
        answer = connection.client.put_object(
            **fixed, Body=body, ChecksumSHA256=_base64(bytes.fromhex(content.sha256)), **(condition or {})
        )
    else:
        answer = _in_parts(connection, place, file, content, fixed, condition or {})
    return str(answer["ETag"]).strip('"')


def _in_parts(
    connection: Connection,
    place: Place,
    file: BinaryIO,
    content: Content,
    fixed: Mapping[str, Any],
    condition: Mapping[str, str],
) -> Any:
    client = connection.client
    started = client.create_multipart_upload(**fixed, ChecksumAlgorithm="SHA256")
    named = {**place.arguments, "UploadId": started["UploadId"]}
    try:
        parts, digest = _send(connection, named, file, content.size)
        _check(digest, content, place)
        return client.complete_multipart_upload(**named, MultipartUpload={"Parts": parts}, **condition)
    except BaseException:
        with suppress(BotoCoreError, ClientError):  # what went wrong first is what counts
            client.abort_multipart_upload(**named)
        raise


def _send(
    connection: Connection, named: Mapping[str, str], file: BinaryIO, size: int
) -> tuple[list[dict[str, Any]], str]:
    length = max(connection.part_bytes, math.ceil(size / _MOST_PARTS))
    whole = hashlib.sha256()

    def send(numbered: tuple[int, bytes]) -> dict[str, Any]:
        number, body = numbered
        checksum = _base64(hashlib.sha256(body).digest())
        answer = connection.client.upload_part(**named, PartNumber=number, Body=body, ChecksumSHA256=checksum)
        return {"PartNumber": number, "ETag": answer["ETag"], "ChecksumSHA256": checksum}

    pieces = enumerate(iter(lambda: file.read(length), b""), start=1)
    sent: list[dict[str, Any]] = []
    with ThreadPoolExecutor(connection.parts_at_once) as pool:
        while batch := list(islice(pieces, connection.parts_at_once)):  # bounds what is held in memory
            for _, body in batch:
                whole.update(body)
            sent.extend(pool.map(send, batch))
    return sent, whole.hexdigest()


def _check(digest: str, content: Content, place: Place) -> None:
    if digest != content.sha256:
        raise StoreError(f"the file for {place} changed while it was read; nothing was stored, try again")


def _base64(digest: bytes) -> str:
    return b64encode(digest).decode()
