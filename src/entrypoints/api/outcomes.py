"""POST /outcomes: from JSON to the reports that the use case records."""

import re
from datetime import UTC, datetime, timedelta
from itertools import islice
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
from pydantic_core import PydanticCustomError

from delay_core.use_cases.record_outcome import OutcomeReport
from delay_core.violations import Violation, ViolationCode
from entrypoints.api.bodies import model_violations, parse_json, parse_records, refuse_unknown
from entrypoints.api.problems import violations_problem

_DATE = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MAX_REPORTED = 20
"""Violations of a request that are reported."""
MAX_CLOCK_SKEW = timedelta(minutes=5)
"""How far a caller's clock may be fast."""


def _to_utc(moment: datetime) -> datetime:
    try:
        return moment.astimezone(UTC)
    except OverflowError:  # in the first or the last hours that a datetime can hold
        raise PydanticCustomError("not_in_utc", "is no time in UTC") from None


class OutcomePayload(BaseModel):
    """An outcome as JSON: of a prediction, or of a shipment. Without `known_at`, it is known now."""

    model_config = ConfigDict(extra="forbid")

    prediction_id: UUID | None = None
    shipment_id: Annotated[str, Field(min_length=1, max_length=1000)] | None = None
    late: Annotated[bool, Field(strict=True)]
    known_at: Annotated[AwareDatetime, AfterValidator(_to_utc)] | None = None

    @model_validator(mode="after")
    def _has_one_id(self) -> "OutcomePayload":
        if (self.prediction_id is None) == (self.shipment_id is None):
            raise PydanticCustomError("one_id", "say either prediction_id or shipment_id")
        return self


_PAYLOADS = TypeAdapter(list[OutcomePayload])


def parse_outcomes(body: bytes, limit: int, now: datetime) -> tuple[list[OutcomeReport], bool]:
    """The reports in the body, and whether it holds a list. Raises Problem with all violations."""
    content = parse_json(body)
    refuse_unknown(content, ("data",))
    records, is_list = parse_records(content, limit)
    try:
        payloads = _PAYLOADS.validate_python([_without_numeric_time(record) for record in records])
    except ValidationError as error:
        raise violations_problem(list(islice(model_violations(error, OutcomePayload), _MAX_REPORTED))) from None
    latest = now + MAX_CLOCK_SKEW
    future = [
        Violation("known_at", ViolationCode.IN_THE_FUTURE, row=row)
        for row, payload in enumerate(payloads, 1)
        if payload.known_at is not None and payload.known_at > latest
    ]
    if future:
        raise violations_problem(future[:_MAX_REPORTED])
    reports = [
        OutcomeReport(payload.late, payload.known_at or now, payload.prediction_id, payload.shipment_id)
        for payload in payloads
    ]
    return reports, is_list


def _without_numeric_time(record: dict[str, Any]) -> dict[str, Any]:
    """Only ISO 8601 is a time here; pydantic would also read a number, or a text of digits."""
    known_at = record.get("known_at")
    if known_at is None or (isinstance(known_at, str) and _DATE.match(known_at)):
        return record
    return {**record, "known_at": "no time"}
