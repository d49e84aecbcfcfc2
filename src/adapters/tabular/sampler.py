"""The beginning of a table, and how its file seems to be written."""

from pathlib import Path

from adapters.shared.optional_dependencies import require_extra
from adapters.tabular.chunks import CHUNK_ROWS, beginning
from adapters.tabular.csv_reader import read_csv
from adapters.tabular.csv_text import Window
from adapters.tabular.dialect import guess_dialect
from adapters.tabular.encodings import guess_encoding
from adapters.tabular.formats import Format, format_of
from adapters.tabular.parquet_reader import read_parquet
from delay_core.ports import table_sampler
from delay_core.ports.byte_source import ByteSource
from delay_core.ports.table_sampler import Sample
from delay_core.schema import SourceFormat

LOOKED_AT = 1 << 20
"""In characters: the text that is cut on trial."""


class TableSampler(table_sampler.TableSampler):
    """Finds a CSV file's encoding, delimiter and quote, and which sheet of an XLSX workbook holds the table."""

    def __init__(self, files: ByteSource) -> None:
        self._files = files

    def sample(self, url: str, rows: int) -> Sample:
        with self._files.local(url) as path:
            match format_of(path):
                case Format.PARQUET:
                    table, whole = beginning(path, read_parquet(path, min(rows + 1, CHUNK_ROWS)), rows)
                    return Sample(table, SourceFormat(), (), whole)
                case Format.XLSX:
                    with require_extra("xlsx"):
                        from adapters.tabular.sheet_sampler import sample_workbook  # noqa: PLC0415 - as in formats.py
                    return sample_workbook(path, rows)
                case Format.CSV:
                    return _csv(path, rows)


def _csv(path: Path, rows: int) -> Sample:
    encoding, evidence = guess_encoding(path)
    window = Window(path, encoding)
    window.widen(LOOKED_AT)
    text = window.text if window.ended else window.text[: window.text.rfind("\n") + 1] or window.text
    dialect = guess_dialect(path, text)
    form = SourceFormat(encoding=encoding, delimiter=dialect.delimiter, quote=dialect.quote)
    table, whole = beginning(path, read_csv(path, form, CHUNK_ROWS), rows)
    return Sample(table, form, (evidence, *dialect.evidence), whole)
