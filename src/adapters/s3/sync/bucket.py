"""The remote side: objects below a prefix, known by digest, written and removed only where nobody changed them."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, BinaryIO

from botocore.exceptions import ClientError

from adapters.s3.checksum import Version, sha256_of
from adapters.s3.connection import Connection
from adapters.s3.download import download
from adapters.s3.errors import is_missing, is_taken, told
from adapters.s3.place import Place
from adapters.s3.sync.folder import Changed
from adapters.s3.sync.paths import is_own, refusal
from adapters.s3.sync.plan import Told
from adapters.s3.upload import Content, upload
from delay_core.errors import StoreError

_CHANGED = "changed in the bucket meanwhile; synchronise again"


@dataclass(frozen=True)
class Listed:
    """An object as the listing describes it; its ETag tells versions apart, and nothing about content."""

    etag: str
    size: int


class Bucket:
    """A bucket, or what lies below a prefix in it."""

    def __init__(self, connection: Connection, name: str) -> None:
        """`name` is `bucket`, `bucket/prefix` or `s3://bucket/prefix`. Raises StoreError."""
        self._connection = connection
        self._bucket, _, prefix = name.removeprefix("s3://").partition("/")
        self._prefix = f"{prefix.strip('/')}/" if prefix.strip("/") else ""
        if not self._bucket:
            raise StoreError(f"{name!r} names no bucket; write <bucket> or s3://<bucket>/<prefix>")
        self.url = f"s3://{self._bucket}/{self._prefix}"

    @property
    def identity(self) -> str:
        """The bucket and the server that has it."""
        return f"{self._connection.endpoint} {self.url}"

    def scan(self) -> tuple[dict[str, Listed], list[Told]]:
        """Objects by path, and what is refused. Raises StoreError."""
        found: dict[str, Listed] = {}
        refused: list[Told] = []
        with told(self.url):
            pages = self._connection.client.get_paginator("list_objects_v2")
            for page in pages.paginate(Bucket=self._bucket, Prefix=self._prefix):
                for each in page.get("Contents", ()):
                    self._sort(each, found, refused)
        return found, refused

    def _sort(self, each: Mapping[str, Any], found: dict[str, Listed], refused: list[Told]) -> None:
        path = str(each["Key"]).removeprefix(self._prefix)
        if is_own(path) or (not each["Size"] and (not path or path.endswith("/"))):
            return  # S3's console makes such empty objects, so that folders can be seen
        why = refusal(path)
        if why:
            refused.append(Told(path, why))
        else:
            found[path] = Listed(str(each["ETag"]).strip('"'), int(each["Size"]))

    def digest(self, path: str) -> str:
        """The object's SHA-256: as S3 keeps it, else by reading the object. Raises StoreError."""
        place = self._place(path)
        with told(str(place)):
            client = self._connection.client
            stated = Version.of(client.head_object(**place.arguments, ChecksumMode="ENABLED")).sha256
            if stated:
                return stated
            whole = hashlib.sha256()
            for piece in client.get_object(**place.arguments)["Body"].iter_chunks(2**20):
                whole.update(piece)
            return whole.hexdigest()

    def put(self, path: str, file: BinaryIO, content: Content, seen: Listed | None) -> str:
        """Store a file in place of the object that was seen; its new ETag. Raises Changed, StoreError."""
        place = self._place(path)
        condition = {"IfMatch": seen.etag} if seen else {"IfNoneMatch": "*"}
        with told(str(place)):
            try:
                return upload(self._connection, place, file, content, condition)
            except ClientError as error:
                if not is_taken(error) and not is_missing(error):
                    raise
                now = self._version(place)  # a request tried again finds what its first try wrote
                if now is None or now.sha256 != content.sha256:
                    raise Changed(_CHANGED) from error
                return now.etag

    def get(self, path: str, file: BinaryIO, seen: Listed) -> str:
        """Write the object that was seen into the file; its SHA-256. Raises Changed, StoreError."""
        place = self._place(path)
        with told(str(place)):
            try:
                version = download(self._connection, place, file, etag=seen.etag)
            except ClientError as error:
                if is_taken(error) or is_missing(error):
                    raise Changed(_CHANGED) from error
                raise
        return version.sha256 or sha256_of(file)

    def remove(self, path: str, seen: Listed) -> None:
        """Delete the object that was seen. Raises Changed, StoreError."""
        place = self._place(path)
        with told(str(place)):
            now = self._version(place)
            if now is not None and now.etag != seen.etag:
                raise Changed(_CHANGED)
            self._connection.client.delete_object(**place.arguments)  # few servers take If-Match here

    def _version(self, place: Place) -> Version | None:
        try:
            return Version.of(self._connection.client.head_object(**place.arguments, ChecksumMode="ENABLED"))
        except ClientError as error:
            if is_missing(error):
                return None
            raise

    def _place(self, path: str) -> Place:
        return Place(self._bucket, f"{self._prefix}{path}")
