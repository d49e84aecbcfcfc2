"""POST /schema-draft: a first schema for a table, and what it makes of the table."""

from typing import Annotated

from pydantic import Field

from entrypoints.api.schemas.base import ApiModel


class DraftProblem(ApiModel):
    """A rule that rows of the table break."""

    rule: str
    rows: int
    first_row: Annotated[int, Field(ge=0, description="Counted from 1.")]
    example: str


class DraftColumn(ApiModel):
    """What a column is used for."""

    name: str
    use: str
    missing: Annotated[int, Field(ge=0, description="Accepted rows without a value.")]
    refused: Annotated[str | None, Field(description="Why no model may use it.")]


class DraftCheck(ApiModel):
    """What the draft makes of the table: `read` is the sum of accepted, quarantined and excluded rows."""

    read: int
    accepted: int
    quarantined: int
    excluded: int
    late: int
    on_time: int
    open: Annotated[int, Field(description="Accepted rows without an outcome yet.")]
    refusal: Annotated[str | None, Field(description="Why no model can be trained; null: one can.")]
    problems: list[DraftProblem]
    columns: list[DraftColumn]
    advice: list[str]


class SchemaDraft(ApiModel):
    """A draft as YAML, with the evidence for each line as a comment."""

    draft: str
    check: Annotated[DraftCheck | None, Field(description="null: the draft has to be completed first.")]
    problem: Annotated[str | None, Field(description="What has to be completed.")]
