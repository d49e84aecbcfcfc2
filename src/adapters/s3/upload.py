"""Uploading files: with a checksum on every request, and a condition on the one that makes the object visible.

boto3's own transfer supports no conditional writes, and does not notice a file that changes while it is read.
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

from adapters.s3.client import S3Client
from adapters.s3.location import ObjectLocation
from delay_core.errors import StoreError

SHA256 = "delay-sha256"
"""The metadata key of an object's hexadecimal digest; S3's own digests of large objects are those of their parts."""

_MAX_PARTS = 10_000


@dataclass(frozen=True)
class ExpectedContent:
    """The digest and size that the uploaded bytes must have."""

    sha256: str
    size: int


def upload(
    client: S3Client,
    location: ObjectLocation,
    file: BinaryIO,
    content: ExpectedContent,
    condition: Mapping[str, str] | None = None,
) -> str:
    """Store the file's bytes, which must match `content`; the object's ETag, without quotes.

    `condition` is IfMatch or IfNoneMatch. Raises ClientError, BotoCoreError, and StoreError if the file changed.
    """
    arguments = {**location.kwargs, "Metadata": {SHA256: content.sha256}}
    if content.size <= client.part_bytes:
        body = file.read()
        _check_digest(hashlib.sha256(body).hexdigest(), content, location)
        response = client.boto.put_object(
            **arguments, Body=body, ChecksumSHA256=_base64(bytes.fromhex(content.sha256)), **(condition or {})
        )
    else:
        response = _upload_parts(client, location, file, content, arguments, condition or {})
    return str(response["ETag"]).strip('"')


def _upload_parts(
    client: S3Client,
    location: ObjectLocation,
    file: BinaryIO,
    content: ExpectedContent,
    arguments: Mapping[str, Any],
    condition: Mapping[str, str],
) -> Any:
    boto = client.boto
    started = boto.create_multipart_upload(**arguments, ChecksumAlgorithm="SHA256")
    upload_arguments = {**location.kwargs, "UploadId": started["UploadId"]}
    try:
        parts, digest = _send_parts(client, upload_arguments, file, content.size)
        _check_digest(digest, content, location)
        return boto.complete_multipart_upload(**upload_arguments, MultipartUpload={"Parts": parts}, **condition)
    except BaseException:
        with suppress(BotoCoreError, ClientError):  # the first error is the one to report
            boto.abort_multipart_upload(**upload_arguments)
        raise


def _send_parts(
    client: S3Client, upload_arguments: Mapping[str, str], file: BinaryIO, size: int
) -> tuple[list[dict[str, Any]], str]:
    length = max(client.part_bytes, math.ceil(size / _MAX_PARTS))
    digest = hashlib.sha256()

    def send(numbered: tuple[int, bytes]) -> dict[str, Any]:
        number, body = numbered
        checksum = _base64(hashlib.sha256(body).digest())
        response = client.boto.upload_part(**upload_arguments, PartNumber=number, Body=body, ChecksumSHA256=checksum)
        return {"PartNumber": number, "ETag": response["ETag"], "ChecksumSHA256": checksum}

    chunks = enumerate(iter(lambda: file.read(length), b""), start=1)
    parts: list[dict[str, Any]] = []
    with ThreadPoolExecutor(client.part_workers) as pool:
        while batch := list(islice(chunks, client.part_workers)):  # limits the memory
            for _, body in batch:
                digest.update(body)
            parts.extend(pool.map(send, batch))
    return parts, digest.hexdigest()


def _check_digest(digest: str, content: ExpectedContent, location: ObjectLocation) -> None:
    if digest != content.sha256:
        raise StoreError(f"the file for {location} changed while it was read; nothing was stored, try again")


def _base64(digest: bytes) -> str:
    return b64encode(digest).decode()
