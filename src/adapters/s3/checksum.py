"""Comparing bytes with an object, by the strongest checksum of the whole object that S3 has."""

import hashlib
import zlib
from base64 import b64decode
from collections.abc import Mapping
from dataclasses import dataclass
from functools import reduce
from typing import Any, BinaryIO

from adapters.s3.upload import SHA256

_CHUNK_BYTES = 2**20


@dataclass(frozen=True)
class ObjectVersion:
    """One version of an object. `expected` is (algorithm, hexadecimal digest)."""

    size: int
    etag: str
    sha256: str | None
    expected: tuple[str, str] | None

    @classmethod
    def from_response(cls, response: Mapping[str, Any]) -> "ObjectVersion":
        """The version in boto3's response to GET or HEAD of a whole object."""
        etag = str(response["ETag"]).strip('"')
        candidates = _full_object_checksums(response, etag)
        sha256 = next((value for algorithm, value in candidates if algorithm == "sha256"), None)
        return cls(int(response["ContentLength"]), etag, sha256, candidates[0] if candidates else None)

    def matches(self, file: BinaryIO) -> bool:
        """Whether the file has the bytes of this version, or at least its size; changes the file's position."""
        file.seek(0)
        if self.expected is None:
            return file.seek(0, 2) == self.size
        algorithm, value = self.expected
        return _digest(algorithm, file) == value


def _full_object_checksums(response: Mapping[str, Any], etag: str) -> list[tuple[str, str]]:
    checksums = []
    recorded = response.get("Metadata", {}).get(SHA256)
    if recorded:
        checksums.append(("sha256", str(recorded)))
    multipart = "-" in etag
    if (
        not multipart or response.get("ChecksumType") == "FULL_OBJECT"
    ):  # otherwise they are checksums of the parts' checksums
        for algorithm in ("sha256", "sha1", "crc32"):
            value = str(response.get(f"Checksum{algorithm.upper()}") or "")
            if value and "-" not in value:
                checksums.append((algorithm, b64decode(value).hex()))
    if not multipart and len(etag) == 32 and response.get("ServerSideEncryption") in (None, "AES256"):
        # The ETag is an MD5 only of objects that were uploaded in one part and are not encrypted with a customer's key.
        checksums.append(("md5", etag))
    return checksums


def hash_sha256(file: BinaryIO) -> str:
    """The hexadecimal SHA-256 of the file from its position on."""
    return _digest("sha256", file)


def _digest(algorithm: str, file: BinaryIO) -> str:
    chunks = iter(lambda: file.read(_CHUNK_BYTES), b"")
    if algorithm == "crc32":
        return f"{reduce(lambda checksum, chunk: zlib.crc32(chunk, checksum), chunks, 0):08x}"
    hasher = hashlib.new(algorithm, usedforsecurity=algorithm == "sha256")
    for chunk in chunks:
        hasher.update(chunk)
    return hasher.hexdigest()
