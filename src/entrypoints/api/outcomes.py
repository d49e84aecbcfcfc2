"""POST /outcomes: from JSON to what the use case is told."""

import re
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any
from uuid import UUID

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    TypeAdapter,
    ValidationError,
    model_validator,
)

from delay_core.use_cases.record_outcome import ToldOutcome
from entrypoints.api.bodies import json_of, records_of, refuse_unknown, refused
from entrypoints.api.problems import FieldError

_DAY = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")
AHEAD = timedelta(minutes=5)
"""By so much a caller's clock may be fast."""


def _in_utc(moment: datetime) -> datetime:
    try:
        return moment.astimezone(UTC)
    except OverflowError:  # in the first or the last hours that there are
        raise ValueError("is no time in UTC") from None


class _Given(BaseModel):
    model_config = ConfigDict(extra="forbid")
    prediction_id: UUID | None = None
    shipment_id: Annotated[str, Field(min_length=1, max_length=1000)] | None = None
    late: Annotated[bool, Field(strict=True)]
    known_at: Annotated[AwareDatetime, AfterValidator(_in_utc)] | None = None

    @model_validator(mode="after")
    def _names_one(self) -> "_Given":
        if (self.prediction_id is None) == (self.shipment_id is None):
            raise ValueError("say either prediction_id or shipment_id")
        return self


_MANY = TypeAdapter(list[_Given])


def told_outcomes(body: bytes, limit: int, now: datetime) -> tuple[list[ToldOutcome], bool]:
    """What the body tells, and whether it was a list. Raises Problem naming every field that is wrong."""
    found = json_of(body)
    refuse_unknown(found, ("data",))
    records, many = records_of(found, limit)
    try:
        given = _MANY.validate_python([_plain(record) for record in records])
    except ValidationError as error:
        raise refused(
            *(
                FieldError(
                    ".".join(map(str, mistake["loc"][1:]))[:80] or "data",
                    mistake["msg"].removeprefix("Value error, "),
                    int(mistake["loc"][0]) + 1,
                )
                for mistake in error.errors(include_url=False, include_context=False, include_input=False)[:20]
            )
        ) from None
    ahead = [at for at, one in enumerate(given, 1) if one.known_at is not None and one.known_at > now + AHEAD]
    if ahead:
        raise refused(
            *(FieldError("known_at", "lies in the future; an outcome is known by now", at) for at in ahead[:20])
        )
    return [ToldOutcome(one.late, one.known_at or now, one.prediction_id, one.shipment_id) for one in given], many


def _plain(record: dict[str, Any]) -> dict[str, Any]:
    """Times as ISO 8601 writes them: a number, or a text of digits, is no time here."""
    known_at = record.get("known_at")
    if known_at is None or (isinstance(known_at, str) and _DAY.match(known_at)):
        return record
    return {**record, "known_at": "no time"}
