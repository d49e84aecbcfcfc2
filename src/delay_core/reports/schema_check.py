"""The report of checking a schema against a table."""

from pydantic import Field

from delay_core.left_out import LeftOutCause
from delay_core.reports.base import Report
from delay_core.reports.tables import JoinCounts
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
    """A column of a schema in a table.

    `file_column` is its name in the file, None if the file does not have it; `missing` counts accepted rows without a
    value.
    """

    name: str
    file_column: str | None = Field(alias="found")
    use: str
    missing: int


class SchemaCheck(Report):
    """What a schema would make of a table.

    `foreign` columns are in the file only, `notes` are sentences about what the source leaves out or cannot read.
    `equal_columns` are groups of columns that are equal in all accepted rows. `parts` are rows by split, `left_out`
    accepted rows in no split. `refusal` is the reason why training would be refused, if it would be; `advice` lists
    what is allowed but rarely intended.
    """

    source: str
    rows: RowCounts
    late: int
    on_time: int
    open: int
    problems: tuple[RuleViolations, ...]
    columns: tuple[ColumnCheck, ...]
    foreign: tuple[str, ...]
    notes: tuple[str, ...]
    refused: dict[str, str]
    equal_columns: tuple[tuple[str, ...], ...]
    parts: dict[str, int]
    left_out: dict[LeftOutCause, int]
    refusal: str | None
    advice: tuple[str, ...]
    joins: tuple[JoinCounts, ...] = ()
