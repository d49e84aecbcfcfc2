"""Sets of files in a bucket: `<prefix>/<kind>/<address>/`, visible once their manifest is there."""

import io
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from botocore.exceptions import ClientError

from adapters.s3.connection import Connection
from adapters.s3.download import read
from adapters.s3.errors import is_missing, is_taken, told
from adapters.s3.leftovers import OLD, Draft, Leftovers
from adapters.s3.manifest import Entry, Manifest, plain
from adapters.s3.place import Place
from adapters.s3.upload import Content, upload
from delay_core.errors import StoreError
from delay_core.ports import artifact_store

_MANIFEST = ".manifest.json"
_PATIENCE = OLD / 2


class ArtifactStore(artifact_store.ArtifactStore):
    """Each writer's files lie under keys of its own; the first whose manifest S3 takes has made the set.

    That manifest is written on the condition that there is none (`If-None-Match: *`). What killed writers leave is
    invisible, and removed by those that write a day later.
    """

    def __init__(
        self, connection: Connection, bucket: str, prefix: str = "", clock: Callable[[], float] = time.time
    ) -> None:
        """`prefix` is a folder in the bucket, without slashes at its ends; `clock` gives seconds since 1970."""
        self._connection = connection
        self._bucket = bucket
        self._prefix = f"{prefix.strip('/')}/" if prefix.strip("/") else ""
        self._clock = clock
        self._leftovers = Leftovers(connection, bucket, self._prefix)

    def has(self, kind: str, address: str) -> bool:
        return self._manifest(kind, address) is not None

    def names(self, kind: str, address: str) -> list[str]:
        return sorted(self._files(kind, address).files)

    def read(self, kind: str, address: str, name: str) -> bytes:
        manifest = self._files(kind, address)
        entry = manifest.files.get(plain(name))
        if entry is None:
            raise StoreError(f"{self.location(kind, address)} has no file {name}; it has {', '.join(manifest.files)}")
        key = f"{self._leftovers.content(Draft(manifest.draft, kind, address))}{name}"
        place = Place(self._bucket, key)
        with told(str(place)):
            content = read(self._connection, place)
        if Entry.of(content) != entry:
            raise StoreError(f"{place} was altered: it does not fit the digest in its manifest; remove the set")
        return content

    def location(self, kind: str, address: str) -> str:
        return str(Place(self._bucket, self._folder(kind, address)))

    @contextmanager
    def create(self, kind: str, address: str) -> Iterator["_Writer"]:
        began = self._clock()
        draft = Draft.new(plain(kind), plain(address), began)
        with told(self.location(kind, address)):
            self._leftovers.begin(draft)
        with suppress(StoreError), told(self.location(kind, address)):  # others' leftovers are no reason to fail
            self._leftovers.sweep(self._is_visible, began)
        writer = _Writer(self._connection, self._bucket, self._leftovers.content(draft))
        try:
            yield writer
            self._still_in_time(draft, began)
        except BaseException:
            self._discard(draft)
            raise
        if self._publish(draft, Manifest(draft=draft.name, files=writer.files)):
            with suppress(StoreError), told(self.location(kind, address)):  # a later sweep sees that the set is visible
                self._leftovers.end(draft)
        else:
            self._discard(draft)

    def _publish(self, draft: Draft, manifest: Manifest) -> bool:
        """Whether this writer was the first. Where S3's answer is lost, the sweep finds out what became of it."""
        place = self._manifest_place(draft.kind, draft.address)
        body = manifest.model_dump_json().encode()
        content = Content(**Entry.of(body).model_dump())
        for _ in range(self._connection.attempts):
            try:
                with told(str(place)):
                    upload(self._connection, place, io.BytesIO(body), content, {"IfNoneMatch": "*"})
            except StoreError as error:
                if not isinstance(error.__cause__, ClientError) or not is_taken(error.__cause__):
                    raise
                there = self._manifest(draft.kind, draft.address)
                if there is not None:  # it may be ours: a request tried again finds what its first try wrote
                    return there.draft == draft.name
            else:
                return True
        raise StoreError(f"{place}: others write it at the same time, again and again; try again")

    def _still_in_time(self, draft: Draft, began: float) -> None:
        if self._clock() - began > _PATIENCE.total_seconds():
            where = self.location(draft.kind, draft.address)
            raise StoreError(f"{where}: writing it took longer than {_PATIENCE}, parts may be swept already; try again")

    def _discard(self, draft: Draft) -> None:
        with suppress(StoreError), told(self.location(draft.kind, draft.address)):  # what stays is invisible, and swept
            self._leftovers.discard(draft)

    def _is_visible(self, draft: Draft) -> bool:
        text = self._text(draft.kind, draft.address)
        return text is not None and draft.name.encode() in text  # an altered manifest is no reason to lose files

    def _files(self, kind: str, address: str) -> Manifest:
        manifest = self._manifest(kind, address)
        if manifest is None:
            raise StoreError(f"{self.location(kind, address)}: no such set")
        return manifest

    def _manifest(self, kind: str, address: str) -> Manifest | None:
        text = self._text(kind, address)
        return None if text is None else Manifest.parse(text, str(self._manifest_place(kind, address)))

    def _text(self, kind: str, address: str) -> bytes | None:
        place = self._manifest_place(kind, address)
        with told(str(place)):
            try:
                return read(self._connection, place)
            except ClientError as error:
                if is_missing(error):
                    return None
                raise

    def _manifest_place(self, kind: str, address: str) -> Place:
        return Place(self._bucket, f"{self._folder(kind, address)}{_MANIFEST}")

    def _folder(self, kind: str, address: str) -> str:
        return f"{self._prefix}{plain(kind)}/{plain(address)}/"


class _Writer(artifact_store.ArtifactWriter):
    def __init__(self, connection: Connection, bucket: str, prefix: str) -> None:
        self._connection = connection
        self._bucket = bucket
        self._prefix = prefix
        self.files: dict[str, Entry] = {}

    def write(self, name: str, content: bytes) -> None:
        place = Place(self._bucket, f"{self._prefix}{plain(name)}")
        if name in self.files:
            raise StoreError(f"{place} was written before; give each file a name of its own")
        entry = Entry.of(content)
        with told(str(place)):
            upload(self._connection, place, io.BytesIO(content), Content(entry.sha256, entry.size))
        self.files[name] = entry
