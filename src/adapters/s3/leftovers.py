"""Sets under way are announced by marker objects, so that what a killed writer left can be found and removed.

A marker's key is `<prefix>.unfinished/<draft>/<kind>/<address>`; a draft's name begins with its time, so that a bucket
lists the oldest first. A draft lies under `<prefix><kind>/<address>/<draft>/`.
"""

import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from adapters.s3.connection import Connection
from adapters.s3.place import Place
from delay_core.errors import StoreError

OLD = timedelta(days=1)
"""Drafts older than this have no writer any more."""

_SWEPT_AT_ONCE = 5
_MARKERS = ".unfinished/"


@dataclass(frozen=True)
class Draft:
    """A set of files in the making."""

    name: str
    kind: str
    address: str

    @classmethod
    def new(cls, kind: str, address: str, now: float) -> "Draft":
        """A draft that nobody else has; `now` in seconds since 1970."""
        return cls(f"{datetime.fromtimestamp(now, UTC):%Y%m%dT%H%M%SZ}-{uuid.uuid4().hex}", kind, address)


class Leftovers:
    """Drafts under way, and those of killed writers, in one bucket under one prefix."""

    def __init__(self, connection: Connection, bucket: str, prefix: str) -> None:
        self._connection = connection
        self._bucket = bucket
        self._prefix = prefix

    def begin(self, draft: Draft) -> None:
        """Announce a draft. Raises ClientError, BotoCoreError, as all methods do."""
        self._connection.client.put_object(**self._marker(draft).arguments, Body=b"")

    def end(self, draft: Draft) -> None:
        """The draft is visible: forget that it was under way."""
        self._connection.client.delete_object(**self._marker(draft).arguments)

    def discard(self, draft: Draft) -> None:
        """Remove everything of a draft that will never be visible. Raises StoreError for what S3 will not delete."""
        self._discard_below(self.content(draft))
        self.end(draft)

    def content(self, draft: Draft) -> str:
        """What the keys of a draft's files begin with."""
        return f"{self._prefix}{draft.kind}/{draft.address}/{draft.name}/"

    def sweep(self, is_visible: Callable[[Draft], bool], now: float) -> None:
        """Remove a few drafts whose writers were killed, the oldest first."""
        found = self._connection.client.list_objects_v2(
            Bucket=self._bucket, Prefix=f"{self._prefix}{_MARKERS}", MaxKeys=_SWEPT_AT_ONCE
        )
        for each in found.get("Contents", ()):
            parts = str(each["Key"]).removeprefix(f"{self._prefix}{_MARKERS}").split("/")
            if len(parts) != 3 or datetime.fromtimestamp(now, UTC) - each["LastModified"] < OLD:
                continue
            draft = Draft(*parts)
            if is_visible(draft):  # its writer was killed between publishing it and saying so
                self.end(draft)
            else:
                self.discard(draft)

    def _discard_below(self, prefix: str) -> None:
        client = self._connection.client
        for upload in self._pages("list_multipart_uploads", "Uploads", prefix):
            client.abort_multipart_upload(Bucket=self._bucket, Key=upload["Key"], UploadId=upload["UploadId"])
        for page in client.get_paginator("list_objects_v2").paginate(Bucket=self._bucket, Prefix=prefix):
            keys = [{"Key": each["Key"]} for each in page.get("Contents", ())]
            if not keys:
                continue
            answer = client.delete_objects(Bucket=self._bucket, Delete={"Objects": keys, "Quiet": True})
            for error in answer.get("Errors", ()):
                place = Place(self._bucket, error.get("Key", prefix))
                raise StoreError(f"{place}: cannot be deleted: {error.get('Code')} {error.get('Message')}")

    def _pages(self, operation: str, what: str, prefix: str) -> Iterator[dict[str, Any]]:
        for page in self._connection.client.get_paginator(operation).paginate(Bucket=self._bucket, Prefix=prefix):
            yield from page.get(what, ())

    def _marker(self, draft: Draft) -> Place:
        return Place(self._bucket, f"{self._prefix}{_MARKERS}{draft.name}/{draft.kind}/{draft.address}")
