"""Dates that a table writes as numbers: the unit, and the moment from which each format counts."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

ISO_8601 = "ISO8601"
"""The date format of texts such as 2024-01-31T08:30."""


@dataclass(frozen=True)
class NumericDateFormat:
    """Dates as a number of units since a moment, which is local time or UTC."""

    name: str
    unit: timedelta
    origin: datetime
    is_local: bool

    def format(self, moment: datetime, zone: ZoneInfo) -> float:
        """The number for a moment without an offset, read in `zone`."""
        since = (
            moment if self.is_local else moment.replace(tzinfo=zone).astimezone(ZoneInfo("UTC")).replace(tzinfo=None)
        )
        units = (since - self.origin) / self.unit
        return int(units) if units.is_integer() else units


_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - UTC, as is_local says

NUMERIC_DATE_FORMATS: Mapping[str, NumericDateFormat] = {
    form.name: form
    for form in (
        NumericDateFormat("excel", timedelta(days=1), datetime(1899, 12, 30), is_local=True),  # noqa: DTZ001
        NumericDateFormat("epoch_s", timedelta(seconds=1), _EPOCH, is_local=False),
        NumericDateFormat("epoch_ms", timedelta(milliseconds=1), _EPOCH, is_local=False),
    )
}
"""By name: serial days of a workbook since 1899-12-30, seconds and milliseconds since 1970-01-01 UTC."""
