"""The parent's side: writes the file into a folder, starts the child, waits for its response."""

import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TypeVar

from pydantic import ValidationError

from entrypoints.table_process.messages import (
    DraftContent,
    DraftRequest,
    Failure,
    FileFormat,
    ReadRequest,
    TableContent,
    TableMessage,
)

MAX_FILE_BYTES = 64 << 20
MAX_ROWS = 100_000
READ_SECONDS = 120
DRAFT_SECONDS = 120
DRAFT_SAMPLE_ROWS = 100_000
_UNSAFE = re.compile(r"[^\w.() -]")
_MAX_NAME_LENGTH = 100

Response = TypeVar("Response", bound=TableMessage)


class UnreadableTable(Exception):
    """A file that cannot be read; the text says why, and what would be right."""


def read_table(name: str, content: bytes, form: FileFormat, columns: tuple[str, ...]) -> TableContent:
    """These columns of the file; its format is that of the suffix of its name. Raises UnreadableTable."""
    with tempfile.TemporaryDirectory() as folder:
        request = ReadRequest(path=_write(folder, name, content), form=form, columns=columns, max_rows=MAX_ROWS)
        return _run("read", request, TableContent, READ_SECONDS)


def draft_schema(name: str, content: bytes) -> DraftContent:
    """A draft of a schema for the file, and its check. Raises UnreadableTable."""
    with tempfile.TemporaryDirectory() as folder:
        request = DraftRequest(path=_write(folder, name, content), sample_rows=DRAFT_SAMPLE_ROWS)
        return _run("draft", request, DraftContent, DRAFT_SECONDS)


def _write(folder: str, name: str, content: bytes) -> str:
    """The path of a new file with this content; its name is that of the upload, made safe."""
    if len(content) > MAX_FILE_BYTES:
        limit = MAX_FILE_BYTES >> 20
        raise UnreadableTable(f"{name} has {len(content) >> 20} MiB; at most {limit} are allowed. Split it.")
    base = _UNSAFE.sub("_", Path(name).name).lstrip(".")[-_MAX_NAME_LENGTH:] or "table"
    path = Path(folder) / base
    path.write_bytes(content)
    return str(path)


def _run(operation: str, request: ReadRequest | DraftRequest, kind: type[Response], seconds: int) -> Response:
    message = {"operation": operation, "parameters": request.model_dump(mode="json"), "cpu_seconds": seconds}
    folder, name = Path(request.path).parent, Path(request.path).name
    command = [sys.executable, "-W", "ignore", "-m", "entrypoints.table_process"]
    try:
        process = subprocess.run(  # noqa: S603 - our own module
            command, input=json.dumps(message), capture_output=True, text=True, timeout=seconds, check=False
        )
    except subprocess.TimeoutExpired:
        raise UnreadableTable(f"{name} takes longer than {seconds} seconds to read; split it") from None
    try:
        return kind.model_validate_json(process.stdout)
    except ValidationError:
        failure = _failure(process.stdout, name)
        raise UnreadableTable(failure.replace(f"{folder}/", "")) from None


def _failure(output: str, name: str) -> str:
    """What the child says about the file, or what its end without a response means."""
    try:
        return Failure.model_validate_json(output).message
    except ValidationError:
        return f"{name} needs too much memory or time to read; save it as CSV, or split it"
