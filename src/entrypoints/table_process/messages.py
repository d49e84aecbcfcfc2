"""What parent and child say to each other: JSON on standard input and standard output."""

from pydantic import BaseModel, ConfigDict

Cell = str | int | float | bool | None
"""A value as JSON holds it; dates are texts in a format of the request, or numbers."""


class TableMessage(BaseModel):
    """A request or a response."""

    model_config = ConfigDict(frozen=True, extra="forbid", protected_namespaces=())


class FileFormat(TableMessage):
    """How the file is written; what it says of itself, such as the types of Parquet, comes first."""

    delimiter: str = ","
    encoding: str = "utf-8"
    timezone: str = "UTC"
    quote: str = '"'
    sheet: str | None = None
    header_row: int | None = None
    date_formats: tuple[str, ...] = ("ISO8601",)


class ReadRequest(TableMessage):
    """Read these columns of a file."""

    path: str
    form: FileFormat
    columns: tuple[str, ...]
    """Names in the header; columns with other names are named in the response, and their values are not read."""
    max_rows: int


class TableContent(TableMessage):
    """The rows of a file, column by column."""

    header: tuple[str, ...]
    """All names, in order."""
    columns: dict[str, list[Cell]]
    """The requested columns that the file has, by name."""
    row_count: int
    unreadable: dict[int, str]
    """Reasons of rows, counted from 1, that could not be cut into columns or have a formula without a value."""
    notes: tuple[str, ...]
    """Sentences about what the file lacks."""


class DraftRequest(TableMessage):
    """Draft a schema from a file, and check the file by the draft."""

    path: str
    sample_rows: int


class DraftContent(TableMessage):
    """A drafted schema with its evidence, and what it makes of the file; `check` is the JSON of a SchemaCheck."""

    draft: str
    check: dict[str, object] | None
    """None: the draft cannot be checked before somebody fills it in; `problem` says what is missing."""
    problem: str | None


class Failure(TableMessage):
    """Why the file cannot be read, in a sentence with what would be right."""

    message: str
