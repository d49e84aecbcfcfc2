"""The first rows of a table, and the detected format of its file."""

from dataclasses import replace
from pathlib import Path

from adapters.shared.optional_dependencies import require_extra
from adapters.tabular.chunks import CHUNK_ROWS, head
from adapters.tabular.csv_reader import read_csv
from adapters.tabular.dialect import detect_dialect
from adapters.tabular.encodings import detect_encoding
from adapters.tabular.formats import Format, detect_format
from adapters.tabular.parquet_reader import read_parquet
from adapters.tabular.text_buffer import TextBuffer
from delay_core.ports import table_sampler as port
from delay_core.ports.byte_source import ByteSource
from delay_core.ports.table_sampler import Sample
from delay_core.schema import SourceFormat
from delay_core.source_notes import describe_notes, notes_of

SNIFF_LETTERS = 1 << 20
"""The length of the text from which delimiter and quote are detected."""


class TableSampler(port.TableSampler):
    """Detects encoding, delimiter and quote of a CSV file, and the sheet of an XLSX workbook with the table."""

    def __init__(self, files: ByteSource) -> None:
        self._files = files

    def sample(self, url: str, rows: int) -> Sample:
        with self._files.local(url) as path:
            sample = _sample(path, rows)
        notes = describe_notes(notes_of(sample.rows))
        sample.rows.attrs = {}
        return replace(sample, evidence=(*sample.evidence, *notes))


def _sample(path: Path, rows: int) -> Sample:
    match detect_format(path):
        case Format.PARQUET:
            table, whole = head(path, read_parquet(path, min(rows + 1, CHUNK_ROWS)), rows)
            return Sample(table, SourceFormat(), (), whole)
        case Format.XLSX:
            with require_extra("xlsx"):
                from adapters.tabular.workbook_sampler import sample_workbook  # noqa: PLC0415 - as in formats.py
            return sample_workbook(path, rows)
        case Format.CSV:
            return _sample_csv(path, rows)


def _sample_csv(path: Path, rows: int) -> Sample:
    encoding, evidence = detect_encoding(path)
    buffer = TextBuffer(path, encoding)
    buffer.fill(SNIFF_LETTERS)
    text = buffer.text if buffer.ended else buffer.text[: buffer.text.rfind("\n") + 1] or buffer.text
    dialect = detect_dialect(path, text)
    form = SourceFormat(
        encoding=encoding, delimiter=dialect.delimiter, quote=dialect.quote, header_row=dialect.header_row
    )
    table, whole = head(path, read_csv(path, form, CHUNK_ROWS), rows)
    return Sample(table, form, (evidence, *dialect.evidence), whole)
