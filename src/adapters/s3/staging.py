"""Staging of sets of files: marker objects list the sets that are being written, so that garbage can be collected.

The files of a staged set are under `<prefix><kind>/<address>/<name>/`, its marker at
`<prefix>.unfinished/<name>/<kind>/<address>`. Names begin with the time, so that a bucket lists the oldest set first.
"""

import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from adapters.s3.client import S3Client
from adapters.s3.location import ObjectLocation
from delay_core.errors import StoreError

MAX_AGE = timedelta(days=1)
"""The age from which a staged set is garbage: its writer was killed."""

_GC_BATCH = 5
_MARKERS = ".unfinished/"


@dataclass(frozen=True)
class StagedSet:
    """A set of files that is being written."""

    name: str
    kind: str
    address: str

    @classmethod
    def new(cls, kind: str, address: str, now: float) -> "StagedSet":
        """A set with a unique name; `now` is in seconds since 1970."""
        return cls(f"{datetime.fromtimestamp(now, UTC):%Y%m%dT%H%M%SZ}-{uuid.uuid4().hex}", kind, address)


class StagingArea:
    """The staged sets under one prefix of a bucket. All methods raise ClientError and BotoCoreError."""

    def __init__(self, client: S3Client, bucket: str, prefix: str) -> None:
        self._client = client
        self._bucket = bucket
        self._prefix = prefix

    def mark(self, staged: StagedSet) -> None:
        """Write the set's marker, before its files."""
        self._client.boto.put_object(**self.marker(staged).kwargs, Body=b"")

    def unmark(self, staged: StagedSet) -> None:
        """Delete the marker of a set that is visible."""
        self._client.boto.delete_object(**self.marker(staged).kwargs)

    def abort(self, staged: StagedSet) -> None:
        """Delete the files and the marker of a set. Raises StoreError for objects that cannot be deleted."""
        self._delete_below(self.prefix_for(staged))
        self.unmark(staged)

    def marker(self, staged: StagedSet) -> ObjectLocation:
        """The object that lists the set while it is being written."""
        return ObjectLocation(self._bucket, f"{self._prefix}{_MARKERS}{staged.name}/{staged.kind}/{staged.address}")

    def prefix_for(self, staged: StagedSet) -> str:
        """The prefix of the keys of the set's files."""
        return f"{self._prefix}{staged.kind}/{staged.address}/{staged.name}/"

    def collect_garbage(self, is_visible: Callable[[StagedSet], bool], now: float) -> None:
        """Delete a few sets whose writers were killed, the oldest first."""
        page = self._client.boto.list_objects_v2(
            Bucket=self._bucket, Prefix=f"{self._prefix}{_MARKERS}", MaxKeys=_GC_BATCH
        )
        for marker in page.get("Contents", ()):
            parts = str(marker["Key"]).removeprefix(f"{self._prefix}{_MARKERS}").split("/")
            if len(parts) != 3 or datetime.fromtimestamp(now, UTC) - marker["LastModified"] < MAX_AGE:
                continue
            staged = StagedSet(*parts)
            if is_visible(staged):  # its writer was killed before it deleted the marker
                self.unmark(staged)
            else:
                self.abort(staged)

    def _delete_below(self, prefix: str) -> None:
        boto = self._client.boto
        for upload in self._pages("list_multipart_uploads", "Uploads", prefix):
            boto.abort_multipart_upload(Bucket=self._bucket, Key=upload["Key"], UploadId=upload["UploadId"])
        for page in boto.get_paginator("list_objects_v2").paginate(Bucket=self._bucket, Prefix=prefix):
            keys = [{"Key": item["Key"]} for item in page.get("Contents", ())]
            if not keys:
                continue
            response = boto.delete_objects(Bucket=self._bucket, Delete={"Objects": keys, "Quiet": True})
            for error in response.get("Errors", ()):
                location = ObjectLocation(self._bucket, error.get("Key", prefix))
                raise StoreError(f"{location}: cannot be deleted: {error.get('Code')} {error.get('Message')}")

    def _pages(self, operation: str, key: str, prefix: str) -> Iterator[dict[str, Any]]:
        for page in self._client.boto.get_paginator(operation).paginate(Bucket=self._bucket, Prefix=prefix):
            yield from page.get(key, ())
