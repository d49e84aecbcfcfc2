"""Times for a reader: in the zone of the browser, with UTC beside them."""

from datetime import UTC, datetime, tzinfo
from zoneinfo import ZoneInfo


def zone_of(name: str | None) -> tzinfo:
    """The zone that a browser names; UTC if it names none that exists."""
    try:
        return ZoneInfo(name) if name else UTC
    except (OSError, ValueError, KeyError):  # of ZoneInfo: a folder, a path, an unknown name
        return UTC


def format_time(moment: datetime, zone: tzinfo) -> str:
    """The time to the minute; UTC beside it unless it is the same."""
    local, utc = moment.astimezone(zone), moment.astimezone(UTC)
    if local.utcoffset() == utc.utcoffset():
        return f"{utc:%Y-%m-%d %H:%M} UTC"
    day = "" if local.date() == utc.date() else f"{utc:%Y-%m-%d} "
    return f"{local:%Y-%m-%d %H:%M} ({day}{utc:%H:%M} UTC)"
