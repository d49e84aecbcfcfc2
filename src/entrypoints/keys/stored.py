"""The file of API keys, read and written.

Who may read it is not looked at: a Kubernetes secret is mounted as 0644 or 0400, and digests give no key away.
"""

import os
import tempfile
from pathlib import Path

from pydantic import ValidationError

from delay_core.errors import StoreError
from entrypoints.keys.errors import KeyFileRefused
from entrypoints.keys.key_file import KeyFile, told


def read(path: Path) -> KeyFile:
    """The file's keys. Raises StoreError where it cannot be read, KeyFileRefused naming what is wrong in it."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise StoreError(f"cannot read the API keys in {path}: {error.strerror}") from error
    return parse(content, str(path))


def parse(content: bytes, where: str) -> KeyFile:
    """The keys that the text holds. Raises KeyFileRefused: every mistake, and where it stands."""
    try:
        return KeyFile.model_validate_json(content)
    except ValidationError as error:
        raise KeyFileRefused(f"{where}: {told(error)}") from None  # the cause would quote what stands there


def write(path: Path, keys: KeyFile) -> None:
    """Put the keys there, as a whole or not at all, for its owner's eyes. Raises StoreError."""
    place = path.resolve()  # a link stays one
    try:
        descriptor, draft = tempfile.mkstemp(prefix=f".{place.name}.", dir=place.parent)  # mode 0600
        try:
            with os.fdopen(descriptor, "w") as file:
                file.write(f"{keys.model_dump_json(indent=2)}\n")
                file.flush()
                os.fsync(descriptor)
            Path(draft).replace(place)
        except BaseException:
            Path(draft).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise StoreError(f"cannot write the API keys to {path}: {error.strerror}; does the folder exist?") from error
