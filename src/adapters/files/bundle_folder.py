"""A bundle as a plain folder."""

from pathlib import Path

from delay_core.bundle import Bundle
from delay_core.errors import BundleError


def read_bundle(folder: str | Path) -> Bundle:
    """The verified bundle in `folder`. Raises BundleError."""
    try:
        files = {path.name: path.read_bytes() for path in Path(folder).iterdir()}
    except OSError as error:
        raise BundleError(f"no bundle at {folder}: {error.strerror}; expected a folder with manifest.json") from error
    return Bundle.from_files(files)


def write_bundle(bundle: Bundle, folder: str | Path) -> None:
    """Write the bundle's files into a new folder. Raises BundleError when it exists already."""
    try:
        Path(folder).mkdir(parents=True)
        for name, content in bundle.files.items():
            (Path(folder) / name).write_bytes(content)
    except OSError as error:
        raise BundleError(f"cannot write a bundle to {folder}: {error.strerror}; name a folder that does not exist yet") from error
