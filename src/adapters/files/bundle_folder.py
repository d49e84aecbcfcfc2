"""Reading a bundle from a folder."""

from pathlib import Path

from delay_core import Bundle
from delay_core.errors import BundleError


def read_bundle(folder: str | Path) -> Bundle:
    """The verified bundle in the folder. Raises BundleError."""
    try:
        files = {path.name: path.read_bytes() for path in Path(folder).iterdir()}
    except OSError as error:
        raise BundleError(
            f"no bundle at {folder}: {error.strerror}; expected a folder with manifest.json", public="no bundle to read"
        ) from error
    return Bundle.from_files(files)
