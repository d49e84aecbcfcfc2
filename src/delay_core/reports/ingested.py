"""What ingesting a table found."""

from delay_core.reports.report import Report
from delay_core.row_counts import RowCounts


class IngestReport(Report):
    """A table sorted out. `problems` counts quarantined rows by broken rule."""

    address: str
    source: str
    source_digest: str
    schema_digest: str
    rows: RowCounts
    late: int
    on_time: int
    open: int
    problems: dict[str, int]
