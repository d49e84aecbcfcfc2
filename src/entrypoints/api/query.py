"""What the query parameters of several endpoints share."""

from datetime import UTC, datetime
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime, BeforeValidator, Field
from pydantic_core import PydanticCustomError

from entrypoints.api.schemas.base import ApiModel, read_moment


def _to_utc(moment: datetime) -> datetime:
    try:
        return moment.astimezone(UTC)
    except OverflowError:  # in the first or the last hours that a datetime can represent
        raise PydanticCustomError("not_in_utc", "is no time in UTC") from None


Moment = Annotated[AwareDatetime, BeforeValidator(read_moment), AfterValidator(_to_utc)]
"""A time with its offset in ISO 8601; UTC for the endpoint."""
ShipmentIdFilter = Annotated[str | None, Field(min_length=1, max_length=1000)]


class PageQuery(ApiModel):
    """Which page of a list. A parameter that does not exist is refused."""

    limit: Annotated[int, Field(ge=1, le=1000, description="Maximum number of items.")] = 100
    cursor: Annotated[str | None, Field(max_length=2000, description="`next_cursor` of the page before.")] = None


class PeriodQuery(PageQuery):
    """Which page of a list, and of which time."""

    since: Annotated[Moment | None, Field(description="From this time on.")] = None
    until: Annotated[Moment | None, Field(description="Before this time.")] = None
