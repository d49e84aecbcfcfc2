"""Measure by week whether probabilities came true."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from delay_core.ports.reliability_reader import BandCounts, ReliabilityReader, WindowCounts

WEEK = timedelta(weeks=1)
MAX_ROWS = 48_000
"""Predictions that are read for all weeks together; of a week with more than its share, a sample."""


@dataclass(frozen=True, slots=True)
class WeekCounts:
    """The counts of a week, which begins on a Monday in UTC."""

    week_start: datetime
    counts: WindowCounts


@dataclass(frozen=True)
class MeasureReliability:
    """Reads the counts of weeks."""

    reader: ReliabilityReader

    def __call__(self, model_name: str, weeks: int, now: datetime) -> list[WeekCounts]:
        """The weeks up to that of `now` (UTC), the newest first. Raises StoreError."""
        monday = datetime.combine(now.date() - timedelta(days=now.weekday()), time(), UTC)
        starts = [monday - number * WEEK for number in range(weeks)]
        max_rows = MAX_ROWS // weeks
        return [WeekCounts(start, self.reader.count(model_name, start, start + WEEK, max_rows)) for start in starts]


def all_bands(weeks: list[WeekCounts]) -> tuple[BandCounts, ...]:
    """The bands of all weeks together."""
    totals: dict[int, BandCounts] = {}
    for band in (band for week in weeks for band in week.counts.bands):
        sums = totals.get(band.band, BandCounts(band.band, 0, 0, 0.0))
        totals[band.band] = BandCounts(
            band.band,
            sums.known + band.known,
            sums.late + band.late,
            sums.probability_sum + band.probability_sum,
        )
    return tuple(totals[number] for number in sorted(totals))
