"""The remote side: objects under a prefix, identified by digest; objects that changed meanwhile are not replaced."""

import hashlib
import uuid
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, BinaryIO

from botocore.exceptions import BotoCoreError, ClientError

from adapters.s3.checksum import ObjectVersion, hash_sha256
from adapters.s3.client import S3Client
from adapters.s3.conditional_writes import honors_if_match, honors_if_none_match
from adapters.s3.download import download
from adapters.s3.errors import is_missing, precondition_failed, translate_errors
from adapters.s3.location import ObjectLocation
from adapters.s3.sync.folder import ConcurrentModification
from adapters.s3.sync.paths import TEMPORARY_PREFIX, is_internal, unsafe_path_reason
from adapters.s3.sync.plan import SkippedPath
from adapters.s3.upload import ExpectedContent, upload
from delay_core.errors import StoreError

_CHANGED = "changed in the bucket meanwhile; synchronize again"


@dataclass(frozen=True)
class ListedObject:
    """An object of a listing; its ETag identifies the version, not the content."""

    etag: str
    size: int


class Bucket:
    """A bucket, or the objects under a prefix of it."""

    def __init__(self, client: S3Client, name: str) -> None:
        """`name` is `bucket`, `bucket/prefix` or `s3://bucket/prefix`. Raises StoreError."""
        self._client = client
        self._bucket, _, prefix = name.removeprefix("s3://").partition("/")
        self._prefix = f"{prefix.strip('/')}/" if prefix.strip("/") else ""
        if not self._bucket:
            raise StoreError(f"{name!r} names no bucket; write <bucket> or s3://<bucket>/<prefix>")
        self.url = f"s3://{self._bucket}/{self._prefix}"

    @property
    def remote_id(self) -> str:
        """The bucket and its server."""
        return f"{self._client.endpoint} {self.url}"

    def scan(self) -> tuple[dict[str, ListedObject], list[SkippedPath]]:
        """Objects by path, and the paths that are skipped. Raises StoreError."""
        objects: dict[str, ListedObject] = {}
        skipped: list[SkippedPath] = []
        with translate_errors(self.url):
            pages = self._client.boto.get_paginator("list_objects_v2")
            for page in pages.paginate(Bucket=self._bucket, Prefix=self._prefix):
                for item in page.get("Contents", ()):
                    self._add(item, objects, skipped)
        return objects, skipped

    def _add(self, item: Mapping[str, Any], objects: dict[str, ListedObject], skipped: list[SkippedPath]) -> None:
        path = str(item["Key"]).removeprefix(self._prefix)
        if is_internal(path) or (not item["Size"] and (not path or path.endswith("/"))):
            return  # an empty object by which S3's console shows a folder
        reason = unsafe_path_reason(path)
        if reason:
            skipped.append(SkippedPath(path, reason))
        else:
            objects[path] = ListedObject(str(item["ETag"]).strip('"'), int(item["Size"]))

    def check_conditional_writes(self) -> None:
        """Write and delete an object of its own. Raises StoreError if the server ignores conditions."""
        probe = self._location(f"{TEMPORARY_PREFIX}{uuid.uuid4().hex}")
        boto = self._client.boto
        with translate_errors(str(probe)):
            boto.put_object(**probe.kwargs, Body=b"")
            honored = honors_if_none_match(self._client, probe) and honors_if_match(self._client, probe)
            with suppress(BotoCoreError, ClientError):  # keys without the right to delete may upload
                boto.delete_object(**probe.kwargs)
        if not honored:
            raise StoreError(
                f"{self.url}: the server ignores conditional writes (If-Match, If-None-Match), so changes by others "
                "would be overwritten; nothing was copied; use a server that supports them"
            )

    def digest(self, path: str) -> str:
        """The object's SHA-256: recorded by S3, or computed by reading the object. Raises StoreError."""
        location = self._location(path)
        with translate_errors(str(location)):
            client = self._client.boto
            recorded = ObjectVersion.from_response(client.head_object(**location.kwargs, ChecksumMode="ENABLED")).sha256
            if recorded:
                return recorded
            digest = hashlib.sha256()
            for chunk in client.get_object(**location.kwargs)["Body"].iter_chunks(2**20):
                digest.update(chunk)
            return digest.hexdigest()

    def put(self, path: str, file: BinaryIO, content: ExpectedContent, expected: ListedObject | None) -> str:
        """Store a file in place of the expected object; its new ETag. Raises ConcurrentModification, StoreError."""
        location = self._location(path)
        condition = {"IfMatch": expected.etag} if expected else {"IfNoneMatch": "*"}
        with translate_errors(str(location)):
            try:
                return upload(self._client, location, file, content, condition)
            except ClientError as error:
                if not precondition_failed(error) and not is_missing(error):
                    raise
                current = self._version(location)  # an earlier attempt of the same request may have written it
                if current is None or current.sha256 != content.sha256:
                    raise ConcurrentModification(_CHANGED) from error
                return current.etag

    def get(self, path: str, file: BinaryIO, expected: ListedObject) -> str:
        """Write the expected object into the file; its SHA-256. Raises ConcurrentModification, StoreError."""
        location = self._location(path)
        with translate_errors(str(location)):
            try:
                version = download(self._client, location, file, etag=expected.etag)
            except ClientError as error:
                if precondition_failed(error) or is_missing(error):
                    raise ConcurrentModification(_CHANGED) from error
                raise
        return version.sha256 or hash_sha256(file)

    def remove(self, path: str, expected: ListedObject) -> None:
        """Delete the expected object. Raises ConcurrentModification, StoreError."""
        location = self._location(path)
        with translate_errors(str(location)):
            current = self._version(location)
            if current is not None and current.etag != expected.etag:
                raise ConcurrentModification(_CHANGED)
            self._client.boto.delete_object(**location.kwargs)  # few servers support If-Match here

    def _version(self, location: ObjectLocation) -> ObjectVersion | None:
        try:
            return ObjectVersion.from_response(self._client.boto.head_object(**location.kwargs, ChecksumMode="ENABLED"))
        except ClientError as error:
            if is_missing(error):
                return None
            raise

    def _location(self, path: str) -> ObjectLocation:
        return ObjectLocation(self._bucket, f"{self._prefix}{path}")
