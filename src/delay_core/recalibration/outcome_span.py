"""Which outcomes a recalibration read, or a calibrator follows."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class OutcomeSpan:
    """Counts `rows`, without the `acted` ones; times (UTC) are those at which outcomes became known.

    `since` is that of the first one after the newest change. Times are None without outcomes.
    """

    rows: int
    acted: int
    first_known_at: datetime | None
    since: datetime | None
    last_known_at: datetime | None
