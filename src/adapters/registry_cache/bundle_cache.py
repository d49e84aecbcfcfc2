"""Bundles in a folder, each under its digest and verified at every read."""

import os
import re
import shutil
import time
import uuid
from collections.abc import Collection
from contextlib import suppress
from pathlib import Path

from adapters.shared.atomic_files import atomic_directory, write_new
from delay_core.bundle import Bundle
from delay_core.errors import BundleError

STALE_TEMPORARY_SECONDS = 3600
"""Age from which a half-written bundle is deleted: its writer was killed."""
_DIGEST = re.compile(r"[0-9a-f]{64}")


class BundleCache:
    """`<folder>/<digest>/`, moved there by one rename: complete or absent, even if several processes write."""

    def __init__(self, folder: Path, size: int) -> None:
        """At most `size` bundles are kept, and those that are pinned."""
        self._folder = folder
        self._size = size

    def get(self, digest: str) -> Bundle | None:
        """The bundle, or None if it is absent; an altered one is deleted and counts as absent. Raises OSError."""
        if not _DIGEST.fullmatch(digest):  # a tag in the registry may hold any text, even a path
            return None
        path = self._folder / digest
        try:
            bundle = Bundle.from_files({file.name: file.read_bytes() for file in path.iterdir()})
        except FileNotFoundError:
            return None
        except (BundleError, IsADirectoryError):
            self._remove(path)
            return None
        if bundle.digest != digest:
            self._remove(path)
            return None
        with suppress(OSError):  # a cache that came with an image may be read-only
            os.utime(path)  # the modification time is that of the latest use
        return bundle

    def put(self, bundle: Bundle, pinned: Collection[str]) -> None:
        """Add the bundle and delete those used least recently, except `pinned` digests. Raises OSError."""
        path = self._folder / bundle.digest
        self._folder.mkdir(parents=True, exist_ok=True)
        with atomic_directory(path, self._folder / f".{uuid.uuid4().hex}") as temporary:
            for name, content in bundle.files.items():
                write_new(temporary / name, content)
        self._evict({bundle.digest, *pinned})

    def _evict(self, pinned: Collection[str]) -> None:
        used = []
        for path in self._folder.iterdir():
            with suppress(FileNotFoundError):  # another process deleted it
                used.append((path.stat().st_mtime, path))
        newest_first = [path for _, path in sorted(used, reverse=True) if _DIGEST.fullmatch(path.name)]
        for path in newest_first[self._size :]:
            if path.name not in pinned:
                self._remove(path)
        for used_at, path in used:
            if path.name.startswith(".") and used_at < time.time() - STALE_TEMPORARY_SECONDS:
                shutil.rmtree(path, ignore_errors=True)

    def _remove(self, path: Path) -> None:
        temporary = path.with_name(f".{uuid.uuid4().hex}")
        try:
            path.rename(temporary)  # atomically: no reader sees a part of the bundle
        except FileNotFoundError:
            return
        shutil.rmtree(temporary, ignore_errors=True)
