"""Bundles in a folder, each under its digest, and verified whenever it is read."""

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

ABANDONED = 3600
"""Seconds after which a half-written bundle is nobody's any more."""
_DIGEST = re.compile(r"[0-9a-f]{64}")


class Bundles:
    """`<folder>/<digest>/`, put in place by one rename: there whole or not at all, whoever else writes."""

    def __init__(self, folder: Path, keep: int) -> None:
        self._folder = folder
        self._keep = keep

    def get(self, digest: str) -> Bundle | None:
        """The bundle, if it is here and as it was; one that was altered is thrown away. Raises OSError."""
        if not _DIGEST.fullmatch(digest):  # whoever may tag a version in the registry writes what they like
            return None
        place = self._folder / digest
        try:
            bundle = Bundle.from_files({path.name: path.read_bytes() for path in place.iterdir()})
        except FileNotFoundError:
            return None
        except (BundleError, IsADirectoryError):
            self._remove(place)
            return None
        if bundle.digest != digest:
            self._remove(place)
            return None
        with suppress(OSError):  # a cache that came with an image may be read-only
            os.utime(place)  # the newest is the one used last
        return bundle

    def put(self, bundle: Bundle, pinned: Collection[str]) -> None:
        """Keep the bundle, and of all others the newest; `pinned` digests stay whatever their age. Raises OSError."""
        place = self._folder / bundle.digest
        self._folder.mkdir(parents=True, exist_ok=True)
        with atomic_directory(place, self._folder / f".{uuid.uuid4().hex}") as draft:
            for name, content in bundle.files.items():
                write_new(draft / name, content)
        self._evict({bundle.digest, *pinned})

    def _evict(self, pinned: Collection[str]) -> None:
        aged = []
        for path in self._folder.iterdir():
            with suppress(FileNotFoundError):  # another process was faster
                aged.append((path.stat().st_mtime, path))
        newest = [path for _, path in sorted(aged, reverse=True) if _DIGEST.fullmatch(path.name)]
        for path in newest[self._keep :]:
            if path.name not in pinned:
                self._remove(path)
        for age, path in aged:
            if path.name.startswith(".") and age < time.time() - ABANDONED:
                shutil.rmtree(path, ignore_errors=True)

    def _remove(self, place: Path) -> None:
        away = place.with_name(f".{uuid.uuid4().hex}")
        try:
            place.rename(away)  # in one step: no reader finds half of it
        except FileNotFoundError:
            return
        shutil.rmtree(away, ignore_errors=True)
