"""Sets of files in a bucket: `<prefix>/<kind>/<address>/`, visible as soon as they have a manifest."""

import io
import logging
import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from botocore.exceptions import ClientError

from adapters.s3.client import S3Client
from adapters.s3.conditional_writes import honors_if_none_match
from adapters.s3.download import read_object
from adapters.s3.errors import is_missing, precondition_failed, translate_errors
from adapters.s3.location import ObjectLocation
from adapters.s3.manifest import FileEntry, Manifest
from adapters.s3.staging import MAX_AGE, StagedSet, StagingArea
from adapters.s3.upload import ExpectedContent, upload
from delay_core.errors import StoreError
from delay_core.ports import artifact_store as port
from delay_core.ports.artifact_store import validate_name

_LOG = logging.getLogger(__name__)

_MANIFEST = ".manifest.json"
_PUBLISH_DEADLINE = MAX_AGE / 2
_CONFLICT_PAUSE_SECONDS = 0.1
"""The longest pause after the first conflict; it doubles with every further one."""


class ArtifactStore(port.ArtifactStore):
    """Each writer stores its files under keys of its own; the first one whose manifest S3 accepts creates the set.

    A manifest is written on the condition that there is none (`If-None-Match: *`); a server that ignores the condition
    is logged. Files of killed writers are invisible; later writers delete them after a day.
    """

    def __init__(
        self,
        client: S3Client,
        bucket: str,
        prefix: str = "",
        clock: Callable[[], float] = time.time,
        sleep: Callable[[float], object] = time.sleep,
    ) -> None:
        """`prefix` is a folder in the bucket; `clock` returns seconds since 1970, `sleep` waits for seconds."""
        self._client = client
        self._bucket = bucket
        self._prefix = f"{prefix.strip('/')}/" if prefix.strip("/") else ""
        self._clock = clock
        self._sleep = sleep
        self._conditions_checked = False
        self._staging = StagingArea(client, bucket, self._prefix)

    def has(self, kind: str, address: str) -> bool:
        """Whether the set has a manifest. Its files are not listed: only people and lifecycle rules delete them."""
        return self._manifest(kind, address) is not None

    def names(self, kind: str, address: str) -> list[str]:
        return sorted(self._existing_manifest(kind, address).files)

    def read(self, kind: str, address: str, name: str) -> bytes:
        manifest = self._existing_manifest(kind, address)
        entry = manifest.files.get(validate_name(name))
        if entry is None:
            raise StoreError(f"{self.location(kind, address)} has no file {name}; it has {', '.join(manifest.files)}")
        key = f"{self._staging.prefix_for(StagedSet(manifest.draft, kind, address))}{name}"
        location = ObjectLocation(self._bucket, key)
        with translate_errors(str(location)):
            try:
                content = read_object(self._client, location)
            except ClientError as error:
                if not is_missing(error):
                    raise
                raise StoreError(
                    f"{location} is in a manifest, but there is no such object; "
                    f"remove {self.location(kind, address)} with all its objects, and run again"
                ) from error
        if FileEntry.describe(content) != entry:
            raise StoreError(f"{location} was altered: it does not match the digest in its manifest; remove the set")
        return content

    def location(self, kind: str, address: str) -> str:
        return str(ObjectLocation(self._bucket, self._folder(kind, address)))

    @contextmanager
    def create(self, kind: str, address: str) -> Iterator["_Writer"]:
        start = self._clock()
        staged = StagedSet.new(validate_name(kind), validate_name(address), start)
        with translate_errors(self.location(kind, address)):
            self._staging.mark(staged)
            self._check_conditions(staged)
        with (
            suppress(StoreError),
            translate_errors(self.location(kind, address)),
        ):  # garbage of other writers is no reason to fail
            self._staging.collect_garbage(self._is_visible, start)
        writer = _Writer(self._client, self._bucket, self._staging.prefix_for(staged))
        try:
            yield writer
            self._check_not_expired(staged, start)
        except BaseException:
            self._abort(staged)
            raise
        if self._publish(staged, Manifest(draft=staged.name, files=writer.files)):
            with (
                suppress(StoreError),
                translate_errors(self.location(kind, address)),
            ):  # a later collection deletes the marker
                self._staging.unmark(staged)
        else:
            self._abort(staged)

    def _publish(self, staged: StagedSet, manifest: Manifest) -> bool:
        """Whether this writer was the first. If S3's response is lost, a later garbage collection finds out."""
        location = self._manifest_location(staged.kind, staged.address)
        body = manifest.model_dump_json().encode()
        content = ExpectedContent(**FileEntry.describe(body).model_dump())
        for attempt in range(self._client.max_attempts):
            if attempt:
                longest = _CONFLICT_PAUSE_SECONDS * 2 ** (attempt - 1)
                self._sleep(random.uniform(longest / 2, longest))  # noqa: S311 - writers shall not retry in lockstep
            try:
                with translate_errors(str(location)):
                    upload(self._client, location, io.BytesIO(body), content, {"IfNoneMatch": "*"})
            except StoreError as error:
                if not isinstance(error.__cause__, ClientError) or not precondition_failed(error.__cause__):
                    raise
                existing = self._manifest(staged.kind, staged.address)
                if existing is not None:  # an earlier attempt of the same request may have written it
                    return existing.draft == staged.name
            else:
                return True
        raise StoreError(f"{location}: other writers publish it at the same time; try again")

    def _check_conditions(self, staged: StagedSet) -> None:
        """Log once if the server ignores conditions. The marker of the set is the existing object of the test."""
        if self._conditions_checked:
            return
        if not honors_if_none_match(self._client, self._staging.marker(staged)):
            _LOG.warning(
                "s3://%s: the server ignores conditional writes (If-None-Match): if two writers create the same set, "
                "the last one wins, not the first; let one pipeline at a time write there, or use another server",
                self._bucket,
            )
        self._conditions_checked = True

    def _check_not_expired(self, staged: StagedSet, start: float) -> None:
        if self._clock() - start > _PUBLISH_DEADLINE.total_seconds():
            location = self.location(staged.kind, staged.address)
            raise StoreError(
                f"{location}: writing it took longer than {_PUBLISH_DEADLINE}, and files may be deleted; try again"
            )

    def _abort(self, staged: StagedSet) -> None:
        with (
            suppress(StoreError),
            translate_errors(self.location(staged.kind, staged.address)),
        ):  # what remains is invisible garbage
            self._staging.abort(staged)

    def _is_visible(self, staged: StagedSet) -> bool:
        text = self._manifest_bytes(staged.kind, staged.address)
        return text is not None and staged.name.encode() in text  # an altered manifest is no reason to delete files

    def _existing_manifest(self, kind: str, address: str) -> Manifest:
        manifest = self._manifest(kind, address)
        if manifest is None:
            raise StoreError(f"{self.location(kind, address)}: no such set")
        return manifest

    def _manifest(self, kind: str, address: str) -> Manifest | None:
        text = self._manifest_bytes(kind, address)
        return None if text is None else Manifest.parse(text, str(self._manifest_location(kind, address)))

    def _manifest_bytes(self, kind: str, address: str) -> bytes | None:
        location = self._manifest_location(kind, address)
        with translate_errors(str(location)):
            try:
                return read_object(self._client, location)
            except ClientError as error:
                if is_missing(error):
                    return None
                raise

    def _manifest_location(self, kind: str, address: str) -> ObjectLocation:
        return ObjectLocation(self._bucket, f"{self._folder(kind, address)}{_MANIFEST}")

    def _folder(self, kind: str, address: str) -> str:
        return f"{self._prefix}{validate_name(kind)}/{validate_name(address)}/"


class _Writer(port.ArtifactWriter):
    def __init__(self, client: S3Client, bucket: str, prefix: str) -> None:
        self._client = client
        self._bucket = bucket
        self._prefix = prefix
        self.files: dict[str, FileEntry] = {}

    def write(self, name: str, content: bytes) -> None:
        location = ObjectLocation(self._bucket, f"{self._prefix}{validate_name(name)}")
        if name in self.files:
            raise StoreError(f"{location} was written before; give each file its own name")
        entry = FileEntry.describe(content)
        with translate_errors(str(location)):
            upload(self._client, location, io.BytesIO(content), ExpectedContent(entry.sha256, entry.size))
        self.files[name] = entry
