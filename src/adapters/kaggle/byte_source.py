"""Files of Kaggle datasets, by kaggle:// URL."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import unquote

import kagglehub
from kagglehub import exceptions
from requests import RequestException

from delay_core.errors import NoDataYet, SourceError, SourceUnavailable
from delay_core.ports import byte_source as port

_TABLE_SUFFIXES = (".csv", ".gz", ".tsv", ".parquet", ".xlsx")
_URL_FORMAT = "write kaggle://owner/dataset, with /versions/3 for one version and /file.csv for one file"
_MAX_MESSAGE_LETTERS = 200
_ERRORS = (
    RequestException,
    OSError,
    ValueError,
    exceptions.BackendError,
    exceptions.CredentialError,
    exceptions.DataCorruptionError,
    exceptions.NotFoundError,
    exceptions.UnauthenticatedError,
)


class ByteSource(port.ByteSource):
    """Downloads a dataset once; later reads use kagglehub's cache (`KAGGLEHUB_CACHE`).

    A URL with a version then needs no network. Private datasets need a token (`KAGGLE_API_TOKEN`, or `KAGGLE_USERNAME`
    and `KAGGLE_KEY`).
    """

    @contextmanager
    def local(self, url: str) -> Iterator[Path]:
        handle, file_path = _parse_url(url)
        try:
            downloaded = Path(kagglehub.dataset_download(handle, file_path))
        except _ERRORS as error:
            raise _kind(error)(f"{url}: {_message(error)}") from error
        path = downloaded if downloaded.is_file() else _single_table(url, downloaded)
        if path.stat().st_size == 0:
            raise NoDataYet(f"{url} is empty; expected a header line and rows")
        yield path


def _parse_url(url: str) -> tuple[str, str | None]:
    """The dataset's handle in kagglehub's form, and the path of a file in it."""
    parts = [unquote(part) for part in url.removeprefix("kaggle://").split("/")]
    if len(parts) < 2 or not all(parts) or ".." in parts:
        raise SourceError(f"{url}: no dataset on Kaggle; {_URL_FORMAT}")
    handle_length = 4 if parts[2:3] == ["versions"] and len(parts) > 3 else 2
    return "/".join(parts[:handle_length]), "/".join(parts[handle_length:]) or None


def _single_table(url: str, folder: Path) -> Path:
    tables = sorted(path for path in folder.rglob("*") if path.suffix in _TABLE_SUFFIXES)
    if len(tables) != 1:
        names = ", ".join(str(path.relative_to(folder)) for path in tables) or "none"
        raise SourceError(f"{url}: the dataset has {len(tables)} tables ({names}); {_URL_FORMAT}")
    return tables[0]


def _status(error: Exception) -> int | None:
    """The HTTP status of the response, if there was one."""
    status: int | None = getattr(getattr(error, "response", None), "status_code", None)
    return status


def _is_missing(error: Exception) -> bool:
    return _status(error) == 404 or isinstance(error, exceptions.NotFoundError)


def _kind(error: Exception) -> type[SourceError]:
    status = _status(error)
    if _is_missing(error):
        return NoDataYet
    no_response = status is None and isinstance(error, RequestException)
    is_overloaded = status is not None and (status == 429 or status >= 500)
    return SourceUnavailable if no_response or is_overloaded else SourceError


def _message(error: Exception) -> str:
    status = _status(error)
    if status in (401, 403) or isinstance(error, exceptions.CredentialError | exceptions.UnauthenticatedError):
        return "Kaggle requires a token, or the dataset is private; set KAGGLE_API_TOKEN"
    if _is_missing(error):
        return f"Kaggle has no such dataset, version or file; {_URL_FORMAT}"
    if isinstance(error, ValueError) and not isinstance(error, RequestException):
        return f"no dataset on Kaggle; {_URL_FORMAT}"
    message = " ".join(str(error).split())[:_MAX_MESSAGE_LETTERS]
    return f"Kaggle is unavailable ({type(error).__name__}: {message}); is there a network? Or give a downloaded file"
