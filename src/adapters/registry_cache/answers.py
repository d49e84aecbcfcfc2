"""A registry's last answers in a folder, each with its time."""

import json
import os
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from adapters.shared.atomic_files import atomic_write
from delay_core.digest import of_json


class Answers:
    """One JSON file per question, replaced in one step. Its time is the answer's: repeating one costs no write."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def keep(self, question: list[Any], answer: Any) -> None:
        """Remember this as the answer as of now. Raises OSError."""
        path = self._path(question)
        known = self.recall(question)
        if known is not None and known[0] == answer:
            with suppress(OSError):  # a cache that came with an image may be read-only
                os.utime(path)
            return
        self._folder.mkdir(parents=True, exist_ok=True)
        atomic_write(path, json.dumps({"question": question, "answer": answer}).encode())

    def recall(self, question: list[Any]) -> tuple[Any, datetime] | None:
        """The last answer and its time (UTC); None where there is none, or it cannot be read."""
        return self._read(self._path(question))

    def every(self, kind: str) -> Iterator[Any]:
        """The answers to all questions that begin with `kind`."""
        for path in self._folder.glob(f"{kind}-*.json"):
            if known := self._read(path):
                yield known[0]

    def _read(self, path: Path) -> tuple[Any, datetime] | None:
        try:
            told = json.loads(path.read_text("utf-8"))["answer"]
            return told, datetime.fromtimestamp(path.stat().st_mtime, UTC)
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def _path(self, question: list[Any]) -> Path:
        return self._folder / f"{question[0]}-{of_json(question)}.json"
