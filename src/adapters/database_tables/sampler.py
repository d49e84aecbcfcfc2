"""The first rows of a table or query of a database."""

from contextlib import closing

from adapters.database_tables.connection import STATEMENT_SECONDS
from adapters.database_tables.location import parse_location
from adapters.database_tables.reader import read_chunks
from delay_core.ports import table_sampler as port
from delay_core.ports.table_sampler import Sample
from delay_core.schema import SourceFormat


class TableSampler(port.TableSampler):
    """Reads no more than the rows of the sample and one further row. A database has no format to detect."""

    def sample(self, url: str, rows: int) -> Sample:
        with closing(read_chunks(parse_location(url), rows + 1, STATEMENT_SECONDS)) as chunks:
            table = next(chunks)
        return Sample(table.iloc[:rows], SourceFormat(), (), whole=len(table) <= rows)
