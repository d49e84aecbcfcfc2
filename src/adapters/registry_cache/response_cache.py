"""The latest responses of a registry, as JSON files in a folder."""

import json
import os
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from adapters.shared.atomic_files import atomic_write
from delay_core.digest import json_digest


class ResponseCache:
    """One file per key, replaced atomically. The file's modification time is the time of the response."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, key: list[Any], response: Any) -> None:
        """Store the response as of now; an unchanged response only renews its time. Raises OSError."""
        path = self._path(key)
        cached = self.get(key)
        if cached is not None and cached[0] == response:
            with suppress(OSError):  # a cache that came with an image may be read-only
                os.utime(path)
            return
        self._folder.mkdir(parents=True, exist_ok=True)
        atomic_write(path, json.dumps({"question": key, "answer": response}).encode())

    def get(self, key: list[Any]) -> tuple[Any, datetime] | None:
        """The latest response and its time (UTC); None if there is none or its file cannot be read."""
        return self._read(self._path(key))

    def values(self, kind: str) -> Iterator[Any]:
        """The responses of all keys whose first element is `kind`."""
        for path in self._folder.glob(f"{kind}-*.json"):
            if cached := self._read(path):
                yield cached[0]

    def _read(self, path: Path) -> tuple[Any, datetime] | None:
        try:
            response = json.loads(path.read_text("utf-8"))["answer"]
            return response, datetime.fromtimestamp(path.stat().st_mtime, UTC)
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def _path(self, key: list[Any]) -> Path:
        return self._folder / f"{key[0]}-{json_digest(key)}.json"
