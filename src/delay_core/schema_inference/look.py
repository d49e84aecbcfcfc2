"""One column, looked at: numbers, dates, texts, personal data or nothing; and what stands where values are missing."""

from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from delay_core.schema_inference import numbers, numeric_dates, personal, placeholders, tokens
from delay_core.schema_inference.dates import Dates, Moments
from delay_core.schema_inference.number_style import Numerals, Style, decide
from delay_core.schema_inference.numbers import Floats
from delay_core.schema_inference.profile import Counts, Mask, Profile

_TYPOS = 0.05
"""The share of values that may read as nothing in a column of numbers or dates."""


@dataclass(frozen=True)
class Look:
    """What was found. Arrays are of distinct values; `absent`: null tokens; sentinels are NaN or NaT in the others."""

    profile: Profile
    kind: Literal["empty", "personal", "timestamp", "numeric", "text"]
    absent: Mask
    why: str = ""
    numbers: Floats | None = None
    dates: Dates | None = None
    sentinels: dict[str, str] = field(default_factory=dict)
    sentinel_rows: dict[str, int] = field(default_factory=dict)
    strip: tuple[str, ...] = ()
    unread: int = 0
    foreign: Style | None = None

    @property
    def name(self) -> str:
        return self.profile.name

    @property
    def personal(self) -> bool:
        return self.kind == "personal"

    @cached_property
    def present(self) -> Mask:
        """Which distinct values are values: no null token, no sentinel, nothing unreadable."""
        if self.numbers is not None:
            return ~np.isnan(self.numbers)
        if self.dates is not None:
            return ~np.isnat(self.dates.moments)
        return ~self.absent

    @cached_property
    def present_rows(self) -> int:
        return self.profile.of_rows(self.present)

    @property
    def missing_share(self) -> float:
        """The share of rows without a value; unreadable ones are not missing."""
        return 1 - (self.present_rows + self.unread) / max(self.profile.rows, 1)

    @property
    def distinct(self) -> int:
        return int(self.present.sum())

    @cached_property
    def null_tokens(self) -> dict[str, int]:
        """The texts of this column that mean a missing value → their rows."""
        places = np.flatnonzero(self.absent & self.profile.is_text)
        return {self.profile.texts[place]: int(self.profile.counts[place]) for place in places}

    @cached_property
    def values(self) -> list[tuple[str, int]]:
        """The present values as text with their rows, the most frequent first."""
        return [(self.profile.texts[place], int(self.profile.counts[place])) for place in np.flatnonzero(self.present)]

    @cached_property
    def row_codes(self) -> Counts:
        """Which distinct value each row has; -1 for none."""
        kept = np.where(self.present, np.arange(len(self.present)), -1)
        return self.profile.spread(kept, -1)

    @cached_property
    def row_moments(self) -> Moments:
        """Each row's moment, UTC; NaT for none."""
        moments = self.dates.moments if self.dates is not None else np.array([], dtype="datetime64[us]")
        return self.profile.spread(moments, np.datetime64("NaT", "us"))

    @cached_property
    def row_numbers(self) -> NDArray[np.float64]:
        """Each row's number; NaN for none."""
        return self.profile.spread(self.numbers if self.numbers is not None else np.array([]), np.nan)


def look(column: Profile, absent: Mask, dates: Dates | None, numerals: Numerals, style: Style) -> Look:
    """The column, looked at; `dates` and `numerals` are what its texts resemble, `style` is the whole table's."""
    if absent.all() or column.nested:
        return Look(column, "empty" if absent.all() else "text", absent)
    read = numbers.read(column, absent, style, numerals.strip)
    dated = _dated(column, absent, dates, read)
    counted = None if dated else _counted(column, absent, numerals, read)
    why = personal.evidence(column, dates=dated is not None, numbers=counted is not None)
    if why:
        return Look(column, "personal", absent, why)
    if dated or counted:
        return dated or counted or Look(column, "text", absent)
    foreign = _foreign(column, absent, numerals, style)
    return Look(column, "text", absent, foreign=foreign)


def _dated(column: Profile, absent: Mask, dates: Dates | None, read: Floats) -> Look | None:
    found = numeric_dates.read(column.name, read) if dates is None else numeric_dates.with_serials(dates, read)
    if found is None:
        return None
    absent = absent | (tokens.means_missing_among_numbers(column.texts) & np.isnat(found.moments))
    left = tokens.explain(column, ~absent & np.isnat(found.moments))
    if not _accepted(column, absent, ~np.isnat(found.moments), left):
        return None
    odd = placeholders.of_dates(found.moments, column.counts)
    moments = found.moments.copy()
    moments[[place for place, _ in odd]] = np.datetime64("NaT", "us")
    sentinels = {**left.sentinels, **{f"placeholder {token}": token for _, token in odd}}
    rows = {**left.rows, **{f"placeholder {token}": int(column.counts[place]) for place, token in odd}}
    unread = column.of_rows(left.unexplained)
    kept = replace(found, moments=moments)
    return Look(column, "timestamp", absent, dates=kept, sentinels=sentinels, sentinel_rows=rows, unread=unread)


def _counted(column: Profile, absent: Mask, numerals: Numerals, read: Floats) -> Look | None:
    if np.isnan(read).all() or numbers.is_code(column.texts):
        return None
    absent = absent | (tokens.means_missing_among_numbers(column.texts) & np.isnan(read))
    left = tokens.explain(column, ~absent & np.isnan(read))
    if not _accepted(column, absent, ~np.isnan(read), left):
        return None
    odd = numbers.placeholders(read, column.counts)
    sentinels = {**left.sentinels, **{f"placeholder {read[place]:.0f}": f"{read[place]:.0f}" for place in odd}}
    rows = {**left.rows, **{f"placeholder {read[place]:.0f}": int(column.counts[place]) for place in odd}}
    values = read.copy()
    values[odd] = np.nan
    unread = column.of_rows(left.unexplained)
    return Look(column, "numeric", absent, "", values, None, sentinels, rows, strip=numerals.strip, unread=unread)


def _accepted(column: Profile, absent: Mask, read: Mask, left: tokens.Leftovers) -> bool:
    """Whether these readings make it a column of numbers or dates: nearly all values, or all but a few tokens."""
    present, good = column.of_rows(~absent), column.of_rows(read)
    if good >= (1 - _TYPOS) * present and good:
        return True
    rest = column.of_rows(left.unexplained)
    several = read.sum() >= 8 and read.sum() > 3 * len(left.sentinels)
    return bool(several and good >= 0.2 * present and rest <= _TYPOS * present)


def _foreign(column: Profile, absent: Mask, numerals: Numerals, style: Style) -> Style | None:
    """The style in which the column holds numbers, where it is not the table's."""
    own = decide([numerals])
    if numerals.share < 0.9 or own == style or numbers.is_code(column.texts) or numerals.signs["none"]:
        return None
    read = numbers.read(column, absent, own, numerals.strip)
    return own if column.of_rows(~np.isnan(read)) >= (1 - _TYPOS) * column.of_rows(~absent) else None
