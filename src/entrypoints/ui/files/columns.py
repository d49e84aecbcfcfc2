"""The columns of an uploaded file: which are sent, and what is said about the others."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from entrypoints.api.schemas import SchemaDescription, SchemaField

MAX_LISTED_NAMES = 20


@dataclass(frozen=True)
class FileColumns:
    """Columns of a file by what becomes of them."""

    sent: tuple[str, ...]
    """Names in the file."""
    ignored: dict[str, str]
    """Names in the file of fields that no prediction reads, and why."""
    unknown: tuple[str, ...]
    """Names in the file that the schema does not have, among them all personal data."""
    missing: tuple[str, ...]
    """Required fields without a column."""
    repeated: tuple[str, ...]
    """Fields with several columns, under their name or an alias."""

    @property
    def problems(self) -> list[str]:
        """Why no row of the file can be scored, a sentence each; they may repeat names of the file."""
        return [*self._problems()]

    def _problems(self) -> Iterator[str]:
        if self.missing:
            yield (
                f"The file has no column for {_listed(self.missing)}. Add it, or correct the line of names: its first "
                "line that is not blank."
            )
        if self.repeated:
            yield f"The file has two columns for {_listed(self.repeated)}. Remove one of them."

    @property
    def notes(self) -> list[str]:
        """What is not sent."""
        notes = [f"{name} is not sent: {reason}." for name, reason in self.ignored.items()]
        if self.unknown:
            notes.append(f"Not sent, because the schema does not have them: {_listed(self.unknown)}.")
        return notes


def readable_columns(schema: SchemaDescription) -> tuple[str, ...]:
    """The names under which a file may have the fields that a prediction reads."""
    return tuple(name for field in schema.fields if field.status != "ignored" for name in _names(field))


def match_columns(schema: SchemaDescription, header: Sequence[str]) -> FileColumns:
    """The columns of a file with this header."""
    fields = {name: field for field in schema.fields for name in _names(field)}
    read = {name: fields[name].name for name in header if name in fields and fields[name].status != "ignored"}
    names = list(read.values())
    return FileColumns(
        sent=tuple(read),
        ignored={
            name: fields[name].use.removeprefix("ignored: ")
            for name in header
            if name in fields and fields[name].status == "ignored"
        },
        unknown=tuple(name for name in header if name not in fields),
        missing=tuple(field.name for field in schema.fields if field.required and field.name not in names),
        repeated=tuple(dict.fromkeys(name for name in names if names.count(name) > 1)),
    )


def _names(field: SchemaField) -> tuple[str, ...]:
    return field.name, *field.aliases


def _listed(names: Sequence[str]) -> str:
    more = len(names) - MAX_LISTED_NAMES
    return ", ".join(names[:MAX_LISTED_NAMES]) + (f" and {more} more" if more > 0 else "")
