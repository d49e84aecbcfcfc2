"""Files of Kaggle datasets, by kaggle:// URL."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import unquote

import kagglehub
from kagglehub import exceptions
from requests import RequestException

from delay_core.errors import SourceError
from delay_core.ports import byte_source

_TABLES = (".csv", ".gz", ".tsv", ".parquet", ".xlsx")
_FORM = "write kaggle://owner/dataset, with /versions/3 for one version and /file.csv for one file"
_KNOWN = (
    RequestException,
    OSError,
    ValueError,
    exceptions.BackendError,
    exceptions.CredentialError,
    exceptions.DataCorruptionError,
    exceptions.NotFoundError,
    exceptions.UnauthenticatedError,
)


class ByteSource(byte_source.ByteSource):
    """Downloaded once, then read from kagglehub's cache (`KAGGLEHUB_CACHE`); a versioned URL needs no network then.

    Private datasets need a token (`KAGGLE_API_TOKEN`, or `KAGGLE_USERNAME` and `KAGGLE_KEY`).
    """

    @contextmanager
    def local(self, url: str) -> Iterator[Path]:
        handle, inside = _parts(url)
        try:
            found = Path(kagglehub.dataset_download(handle, inside))
        except _KNOWN as error:
            raise SourceError(f"{url}: {_advice(error)}") from error
        path = found if found.is_file() else _only_table(url, found)
        if path.stat().st_size == 0:
            raise SourceError(f"{url} is empty; expected a header line and rows")
        yield path


def _parts(url: str) -> tuple[str, str | None]:
    """The dataset's handle as kagglehub writes it, and the file in it."""
    words = [unquote(word) for word in url.removeprefix("kaggle://").split("/")]
    if len(words) < 2 or not all(words) or ".." in words:
        raise SourceError(f"{url}: no dataset on Kaggle; {_FORM}")
    named = 4 if words[2:3] == ["versions"] and len(words) > 3 else 2
    return "/".join(words[:named]), "/".join(words[named:]) or None


def _only_table(url: str, folder: Path) -> Path:
    tables = sorted(path for path in folder.rglob("*") if path.suffix in _TABLES)
    if len(tables) != 1:
        names = ", ".join(str(path.relative_to(folder)) for path in tables) or "none"
        raise SourceError(f"{url}: the dataset has {len(tables)} tables ({names}); {_FORM}")
    return tables[0]


def _advice(error: Exception) -> str:
    status = getattr(getattr(error, "response", None), "status_code", None)
    if status in (401, 403) or isinstance(error, exceptions.CredentialError | exceptions.UnauthenticatedError):
        return "Kaggle wants a token, or gives this dataset to others only; set KAGGLE_API_TOKEN"
    if status == 404 or isinstance(error, exceptions.NotFoundError):
        return f"Kaggle has no such dataset, version or file; {_FORM}"
    if isinstance(error, ValueError) and not isinstance(error, RequestException):
        return f"no dataset on Kaggle; {_FORM}"
    why = " ".join(str(error).split())[:200]
    return f"Kaggle cannot be reached ({type(error).__name__}: {why}); is there a network? Or give a downloaded file"
