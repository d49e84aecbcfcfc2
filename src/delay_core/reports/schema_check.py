"""What a schema makes of a table."""

from delay_core.reports.report import Report, RowCounts


class RuleViolations(Report):
    """A rule that rows broke: how many, the first of them, and what it was told."""

    rule: str
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
    """What a table would become by a schema. `foreign` columns stand in the file alone; `parts` are rows by part.

    `refusal` says why training would be refused, if it would; `advice` what is allowed and yet seldom meant.
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
