"""What the child process does with a file."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from delay_core.canonical_text import canonical_text
from delay_core.errors import SchemaError, SourceError
from delay_core.parsing.date_formats import write_in_formats
from delay_core.schema import ShipmentSchema, SourceFormat
from delay_core.schemas import parse_schema
from delay_core.source_notes import Notes, describe_notes, notes_of, uncomputed_formulas
from delay_core.validation.header import UNREADABLE, unreadable_rows
from delay_core.violations import Violation, ViolationCode
from entrypoints.table_process.messages import (
    Cell,
    DraftContent,
    DraftRequest,
    FileFormat,
    ReadRequest,
    TableContent,
)

if TYPE_CHECKING:
    from entrypoints.container import Container


def read_table(container: "Container", request: ReadRequest) -> TableContent:
    """The requested columns. Raises SourceError if the file cannot be read, or has more rows than allowed."""
    form = request.form
    values: dict[str, Any] = {"source": SourceFormat(**form.model_dump())}
    schema = ShipmentSchema.model_construct(**values)  # readers use the format alone
    header: tuple[str, ...] = ()
    columns: dict[str, list[Cell]] = {}
    unreadable: dict[int, str] = {}
    notes, rows = Notes(), 0
    for chunk in container.storage.shipment_source().chunks(request.path, schema):
        reasons = {**unreadable_rows(chunk), **_uncomputed(chunk, request.columns)}
        header = tuple(str(name) for name in chunk.columns if name != UNREADABLE)
        for name in header:
            if name in request.columns:
                columns.setdefault(name, []).extend(_to_cells(chunk[name].to_numpy(dtype=object), form))
        unreadable |= {rows + position + 1: reason for position, reason in reasons.items()}
        notes += notes_of(chunk)
        rows += len(chunk)
        if rows > request.max_rows:
            raise SourceError(f"{request.path} has more than {request.max_rows:,} rows; split it into smaller files")
    return TableContent(
        header=header,
        columns=columns,
        row_count=rows,
        unreadable=unreadable,
        notes=describe_notes(notes, request.columns),
    )


def draft_schema(container: "Container", request: DraftRequest) -> DraftContent:
    """A draft, and the check of the whole file by it. Raises SourceError if the file cannot be read."""
    draft = container.use_cases.infer_schema()(request.path, None, request.sample_rows)
    try:
        report = container.use_cases.check_schema()(parse_schema(draft, "the draft"), request.path)
    except (SchemaError, SourceError) as error:
        return DraftContent(draft=draft, check=None, problem=str(error))
    return DraftContent(draft=draft, check=report.model_dump(mode="json"), problem=None)


def _uncomputed(chunk: pd.DataFrame, columns: Sequence[str]) -> dict[int, str]:
    """Position → what is wrong, for rows with a formula that was never computed."""
    message = Violation(None, ViolationCode.MISSING, {"formula": True}).message()
    formulas: Mapping[str, list[int]] = uncomputed_formulas(chunk)
    return {row: f"{name}: {message}" for name, rows in formulas.items() if name in columns for row in rows}


def _to_cells(values: "np.typing.NDArray[np.object_]", form: FileFormat) -> Iterator[Cell]:
    zone = ZoneInfo(form.timezone)
    for value in values:
        kind = type(value)
        if kind is str or value is None or kind is bool or kind is int:
            yield value
        elif isinstance(value, date):  # a datetime is one
            yield None if pd.isna(value) else _write_date(value, form.date_formats, zone)
        elif isinstance(value, np.generic | float):
            number = value.item() if isinstance(value, np.generic) else value
            yield None if isinstance(number, float) and not np.isfinite(number) else number
        else:
            yield canonical_text(value)


def _write_date(value: date, formats: Sequence[str], zone: ZoneInfo) -> Cell:
    moment = value if isinstance(value, datetime) else datetime(value.year, value.month, value.day)  # noqa: DTZ001
    return write_in_formats(moment, formats, zone)
