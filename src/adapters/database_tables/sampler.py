"""The first rows of a table or query of a database."""

from contextlib import closing

from adapters.database_tables.connection import STATEMENT_SECONDS
from adapters.database_tables.location import parse_location
from adapters.database_tables.reader import read_chunks
from adapters.database_tables.values import note_errors
from delay_core.ports import table_sampler as port
from delay_core.ports.table_sampler import Sample
from delay_core.schema import SourceFormat
from delay_core.source_notes import describe_notes


class TableSampler(port.TableSampler):
    """Reads no more than the rows of the sample and one further row. A database has no format to detect."""

    def sample(self, url: str, rows: int) -> Sample:
        with closing(read_chunks(parse_location(url), rows + 1, STATEMENT_SECONDS)) as chunks:
            table = next(chunks)
        table.attrs = {}
        first = table.iloc[:rows]
        return Sample(first, SourceFormat(), describe_notes(note_errors(first)), whole=len(table) <= rows)
