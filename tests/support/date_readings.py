"""What a table and a request make of a value in a column of timestamps."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import pandas as pd

from delay_core.errors import ShipmentValidationError
from delay_core.request_parsing import RequestParser
from delay_core.schema import ShipmentSchema
from delay_core.validation import ShipmentValidator

Reading = pd.Timestamp | str | None


@lru_cache(maxsize=200)
def date_schema(
    zone: str = "UTC",
    formats: tuple[str, ...] = ("ISO8601",),
    repeated: str = "quarantine",
    skipped: str = "quarantine",
) -> ShipmentSchema:
    """A schema whose prediction point `sent` is read by these rules."""
    return ShipmentSchema.model_validate(
        {
            "name": "parcels",
            "version": 1,
            "source": {
                "timezone": zone,
                "date_formats": formats,
                "repeated_hour": repeated,
                "skipped_hour": skipped,
            },
            "prediction_point": {"column": "sent", "stage": "order"},
            "label": {"column": "late", "known_after": "P1D"},
            "columns": {
                "sent": {"role": "timestamp"},
                "weight": {"role": "numeric", "nullable": True},
                "late": {"role": "label", "nullable": True, "available_at": "delivered"},
            },
        }
    )


def read_table(parcels: ShipmentSchema, values: Sequence[Any]) -> list[Reading]:
    """For each value the moment in UTC, or the codes of the rules that it breaks."""
    table = pd.DataFrame({"sent": pd.Series(values, dtype=object), "weight": 1.0}, dtype=object)
    result = ShipmentValidator(parcels, request=True).validate(table)
    by_row = dict(zip(result.accepted["source_row"], result.accepted["sent"].dt.tz_localize(None), strict=True))
    codes = dict(zip(result.quarantined["source_row"], result.quarantined["codes"], strict=True))
    return [by_row.get(row, codes.get(row)) for row in range(1, len(values) + 1)]


def read_request(parser: RequestParser, value: Any) -> Reading:
    """The moment in UTC, or the codes of the rules that the value breaks."""
    try:
        shipments = parser.parse([{"sent": value, "weight": 1.0}])
    except ShipmentValidationError as error:
        return "; ".join(violation.code for violation in error.violations)
    return pd.Timestamp(shipments.columns["sent"][0])


def read_both(parcels: ShipmentSchema, value: Any) -> Reading:
    """The reading in which table and request agree."""
    [in_table] = read_table(parcels, [value])
    assert in_table == read_request(RequestParser(parcels), value)
    return in_table
