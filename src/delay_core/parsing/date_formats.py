"""Dates that a table writes as numbers: the unit, and the moment from which each format counts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

ISO_8601 = "ISO8601"
"""The date format of texts such as 2024-01-31T08:30."""


@dataclass(frozen=True)
class NumericDateFormat:
    """Dates as a number of units since a moment, which is local time or UTC."""

    name: str
    microseconds: int
    """The length of a unit."""
    origin: datetime
    is_local: bool
    recent: tuple[float, float]
    """The numbers from about 1970 (days) or 1990 (seconds) to 2050: the range that a table of shipments can have."""

    def format(self, moment: datetime, zone: ZoneInfo) -> float:
        """The number for a moment without an offset, read in `zone`."""
        utc = moment.replace(tzinfo=zone).astimezone(UTC).replace(tzinfo=None)
        units = ((moment if self.is_local else utc) - self.origin) / timedelta(microseconds=self.microseconds)
        return int(units) if units.is_integer() else units


_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - UTC, as is_local says
_WORKBOOK = datetime(1899, 12, 30)  # noqa: DTZ001 - local time

NUMERIC_DATE_FORMATS: Mapping[str, NumericDateFormat] = {
    date_format.name: date_format
    for date_format in (
        NumericDateFormat("excel", 86_400_000_000, _WORKBOOK, is_local=True, recent=(25_569.0, 60_000.0)),
        NumericDateFormat("epoch_s", 1_000_000, _EPOCH, is_local=False, recent=(6.3e8, 2.6e9)),
        NumericDateFormat("epoch_ms", 1_000, _EPOCH, is_local=False, recent=(6.3e11, 2.6e12)),
    )
}
"""By name: serial days of a workbook since 1899-12-30, seconds and milliseconds since 1970-01-01 UTC."""
EXCEL = NUMERIC_DATE_FORMATS["excel"]


def write_moment(moment: datetime, form: str, zone: ZoneInfo) -> str | float:
    """A moment without an offset in a date format; numbers of UTC read it in `zone`."""
    if form == ISO_8601:
        return moment.isoformat()
    if form in NUMERIC_DATE_FORMATS:
        return NUMERIC_DATE_FORMATS[form].format(moment, zone)
    return moment.strftime(form)


def write_in_formats(moment: datetime, forms: Sequence[str], zone: ZoneInfo) -> str | float:
    """A moment in the first of the formats that loses nothing of it; if each does, in the first.

    A moment without an offset is local time in `zone`.
    """
    if ISO_8601 in forms:
        return write_moment(moment, ISO_8601, zone)
    local = moment if moment.tzinfo is None else moment.astimezone(zone).replace(tzinfo=None)
    return write_moment(local, next((form for form in forms if _is_exact(local, form)), forms[0]), zone)


def _is_exact(moment: datetime, form: str) -> bool:
    if form in NUMERIC_DATE_FORMATS:
        return True
    return datetime.strptime(moment.strftime(form), form).replace(tzinfo=None) == moment  # noqa: DTZ007 - without zone


def may_be_day(form: str) -> bool:
    """Whether the format can write a day of the local calendar; seconds since 1970 are moments in UTC."""
    return form not in NUMERIC_DATE_FORMATS or NUMERIC_DATE_FORMATS[form].is_local
