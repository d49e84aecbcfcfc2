"""The challenger beside the champion, on the same rows."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from delay_core.evaluation import Estimate, SliceResult


@dataclass(frozen=True)
class TrainingEnds:
    """The newest rows that challenger and champion learned from: both times (UTC), or both numbers of rows."""

    challenger: datetime | int
    champion: datetime | int

    @property
    def lead(self) -> float:
        """How much later the challenger's end: days, or numbers. Negative if they end earlier."""
        lead = self.challenger - self.champion  # type: ignore[operator]  # both are of one kind
        return lead / timedelta(days=1) if isinstance(lead, timedelta) else float(lead)

    @property
    def texts(self) -> tuple[str, str]:
        """Both in words."""
        challenger, champion = (
            f"at row {end:,}" if isinstance(end, int) else f"on {end:%Y-%m-%d %H:%M}"
            for end in (self.challenger, self.champion)
        )
        return challenger, champion


@dataclass(frozen=True)
class ChampionComparison:
    """Challenger and champion on the same rows.

    `missing` are columns that the champion needs and the challenger's schema does not have: then the two are not
    compared. `ends` is None where the data of one have times, and those of the other an order.
    """

    version: int
    rows: int | None = None
    gain: Estimate | None = None
    slices: tuple[SliceResult, ...] = ()
    missing: tuple[str, ...] = ()
    ends: TrainingEnds | None = None

    @property
    def name(self) -> str:
        """The champion as messages name it."""
        return f"the champion (version {self.version})"
