"""Files of this machine, by path or file:// URL."""

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from delay_core.errors import NoDataYet, SourceError
from delay_core.file_urls import InvalidFileUrl, path_of
from delay_core.ports import byte_source as port

_REMEDY = "give the path of a CSV, XLSX or Parquet file"


class ByteSource(port.ByteSource):
    """The file itself, without a copy."""

    @contextmanager
    def local(self, url: str) -> Iterator[Path]:
        try:
            path = path_of(url)
            status = path.stat()
            problem = _problem(path, status)
        except InvalidFileUrl as error:
            raise SourceError(str(error)) from error
        except FileNotFoundError as error:
            raise NoDataYet(f"{path}: no such file; {_REMEDY}") from error
        except (OSError, ValueError) as error:  # ValueError: NUL in the path
            reason = getattr(error, "strerror", None) or error
            raise SourceError(f"{path}: {reason}; {_REMEDY}") from error
        if problem is not None:
            raise SourceError(f"{path} {problem}")
        if status.st_size == 0:
            raise NoDataYet(f"{path} is empty; expected a header line and rows")
        yield path


def _problem(path: Path, status: os.stat_result) -> str | None:
    if stat.S_ISDIR(status.st_mode):
        return f"is a folder; {_REMEDY}"
    if not stat.S_ISREG(status.st_mode):
        return "is a pipe or a device, which can be read only once; write the table to a file, and name that"
    if not os.access(path, os.R_OK):
        return "cannot be read by this user; change its permissions"
    return None
