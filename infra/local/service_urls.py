"""The URLs of running services, in files for shells and for make; each command that starts services owns some."""

import json
import shlex
from collections.abc import Mapping
from pathlib import Path

from infra.local.private_files import write_private

Urls = Mapping[str, str]
"""URLs by variable."""


class ServiceUrls:
    """`env` has all URLs as `KEY=value` lines, `env.mk` has them for make, where the environment takes precedence.

    Whoever changes them holds the lock of the folder.
    """

    def __init__(self, folder: Path) -> None:
        self.shell_file = folder / "env"
        self.make_file = folder / "env.mk"
        self._parts_file = folder / "urls.json"

    def write(self, owner: str, urls: Urls) -> None:
        """Replace the URLs of the owner; those of others stay."""
        self._write({**self._parts(), owner: dict(urls)})

    def remove(self, owner: str) -> None:
        """Remove the URLs of the owner; without any URL there are no files."""
        self._write({name: urls for name, urls in self._parts().items() if name != owner})

    def of_others(self, owner: str) -> Urls:
        """The URLs of all other owners."""
        return _merge({name: urls for name, urls in self._parts().items() if name != owner})

    def _parts(self) -> dict[str, Urls]:
        if not self._parts_file.is_file():
            return {}
        return dict(json.loads(self._parts_file.read_text("utf-8")))

    def _write(self, parts: Mapping[str, Urls]) -> None:
        if not parts:
            for file in (self.shell_file, self.make_file, self._parts_file):
                file.unlink(missing_ok=True)
            return
        urls = _merge(parts)
        write_private(self._parts_file, json.dumps(parts))
        write_private(self.shell_file, "".join(f"{name}={shlex.quote(value)}\n" for name, value in urls.items()))
        write_private(
            self.make_file,
            "".join(f"{name} ?= {_escape_for_make(value)}\nexport {name}\n" for name, value in urls.items()),
        )


def _merge(parts: Mapping[str, Urls]) -> dict[str, str]:
    return {name: value for urls in parts.values() for name, value in urls.items()}


def _escape_for_make(value: str) -> str:
    return value.replace("$", "$$").replace("#", r"\#")
