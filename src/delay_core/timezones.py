"""Names of timezones."""

from typing import Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator


def _check_exists(timezone: str) -> str:
    try:
        ZoneInfo(timezone)
    except (ZoneInfoNotFoundError, ValueError, OSError):  # OSError: a folder of zones
        raise ValueError(f"unknown timezone {timezone!r}; write an IANA name such as UTC or Europe/Paris") from None
    return timezone


Timezone = Annotated[str, AfterValidator(_check_exists)]
"""An IANA name that this machine knows."""
