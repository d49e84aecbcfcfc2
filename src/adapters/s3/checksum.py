"""Whether bytes are those that S3 keeps: by the strongest checksum it has of the whole object."""

import hashlib
import zlib
from base64 import b64decode
from collections.abc import Mapping
from dataclasses import dataclass
from functools import reduce
from typing import Any, BinaryIO

from adapters.s3.upload import SHA256

_AT_ONCE = 2**20


@dataclass(frozen=True)
class Version:
    """One version of an object, as a GET or HEAD answer describes it. `expected` is (algorithm, hexadecimal)."""

    size: int
    etag: str
    sha256: str | None
    expected: tuple[str, str] | None

    @classmethod
    def of(cls, answer: Mapping[str, Any]) -> "Version":
        """The version in a boto3 answer to GET or HEAD of a whole object."""
        etag = str(answer["ETag"]).strip('"')
        candidates = _whole_checksums(answer, etag)
        sha256 = next((value for algorithm, value in candidates if algorithm == "sha256"), None)
        return cls(int(answer["ContentLength"]), etag, sha256, candidates[0] if candidates else None)

    def fits(self, file: BinaryIO) -> bool:
        """Whether the file's bytes are this version, as far as S3 keeps a checksum of the whole; moves the file."""
        file.seek(0)
        if self.expected is None:
            return file.seek(0, 2) == self.size
        algorithm, value = self.expected
        return _digest(algorithm, file) == value


def _whole_checksums(answer: Mapping[str, Any], etag: str) -> list[tuple[str, str]]:
    found = []
    stated = answer.get("Metadata", {}).get(SHA256)
    if stated:
        found.append(("sha256", str(stated)))
    in_parts = "-" in etag
    if not in_parts or answer.get("ChecksumType") == "FULL_OBJECT":  # else they are checksums of parts' checksums
        for algorithm in ("sha256", "sha1", "crc32"):
            value = str(answer.get(f"Checksum{algorithm.upper()}") or "")
            if value and "-" not in value:
                found.append((algorithm, b64decode(value).hex()))
    if not in_parts and len(etag) == 32 and answer.get("ServerSideEncryption") in (None, "AES256"):
        found.append(
            ("md5", etag)
        )  # an ETag is the MD5 only of what came in one piece and is not encrypted by own keys
    return found


def sha256_of(file: BinaryIO) -> str:
    """The SHA-256 of what is left of the file, in hexadecimal."""
    return _digest("sha256", file)


def _digest(algorithm: str, file: BinaryIO) -> str:
    pieces = iter(lambda: file.read(_AT_ONCE), b"")
    if algorithm == "crc32":
        return f"{reduce(lambda checksum, piece: zlib.crc32(piece, checksum), pieces, 0):08x}"
    hasher = hashlib.new(algorithm, usedforsecurity=algorithm == "sha256")
    for piece in pieces:
        hasher.update(piece)
    return hasher.hexdigest()
