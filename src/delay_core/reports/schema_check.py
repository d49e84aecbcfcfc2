"""What a schema makes of a table."""

from delay_core.reports.report import Report
from delay_core.row_counts import RowCounts
from delay_core.violations import ViolationCode


class RuleViolations(Report):
    """A rule that rows break, in words and as field and code: how many rows, the first of them, and its message."""

    rule: str
    field: str | None
    code: ViolationCode
    rows: int
    source_row: int
    example: str


class ColumnCheck(Report):
    """A column of a schema against a table: its name in the file, if it is there; its use; accepted rows without it."""

    name: str
    found: str | None
    use: str
    missing: int


class SchemaCheck(Report):
    """What a table becomes by a schema. `foreign` columns are in the file alone; `parts` are rows by part.

    `refusal` is the reason why no model can be trained, if there is one; `advice` is about what is allowed and rarely
    intended.
    """

    source: str
    rows: RowCounts
    late: int
    on_time: int
    open: int
    problems: tuple[RuleViolations, ...]
    columns: tuple[ColumnCheck, ...]
    foreign: tuple[str, ...]
    refused: dict[str, str]
    parts: dict[str, int]
    refusal: str | None
    advice: tuple[str, ...]
