"""Dates as people write them: which formats read a column's texts, and where day and month could be exchanged."""

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from delay_core.schema_inference.profile import Mask, Profile, probe

Moments = NDArray[np.datetime64]

ISO = "ISO8601"
_ISO = re.compile(r"\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}([.,]\d+)?)?)?\s?(Z|[+-]\d{2}(:?\d{2})?)?")
_ZONED = re.compile(r":\d{2}([.,]\d+)?\s?(Z|[+-]\d{2}(:?\d{2})?)$")
_DAYS = [
    *(f"{a}{sep}{b}{sep}{year}" for year in ("%Y", "%y") for sep in "./-" for a, b in (("%d", "%m"), ("%m", "%d"))),
    *(
        "%Y-%m-%d",
        "%Y/%m/%d",
        "%Y.%m.%d",
        "%d-%b-%y",
        "%d-%b-%Y",
        "%d-%B-%Y",
        "%d/%b/%Y",
        "%d %b %Y",
        "%d %b %y",
        "%d %B %Y",
    ),
    *("%d. %B %Y", "%b %d, %Y", "%B %d, %Y", "%b %d %Y"),
]
_CLOCKS = ["", *(f"{gap}{t}" for gap in (" ", ", ", "T") for t in ("%H:%M", "%H:%M:%S", "%I:%M %p", "%I:%M:%S %p"))]


def _shape(text: str) -> str:
    """Digits as 0, words as a: `2-Jun-06` → `0-a-0`."""
    return re.sub(r"[^\W\d_]+", "a", re.sub(r"\d+", "0", text))


def _shapes() -> dict[str, list[str]]:
    by_shape: defaultdict[str, list[str]] = defaultdict(list)
    for day in _DAYS:
        for clock in _CLOCKS:
            example = re.sub(r"%[bBp]", "x", day + clock)
            by_shape[_shape(re.sub(r"%\w", "0", example))].append(day + clock)
    return dict(by_shape)


_BY_SHAPE = _shapes()


@dataclass(frozen=True)
class Dates:
    """`moments` of the distinct values (NaT: no date), the `formats` of texts, the most frequent first.

    `unsure`: formats that read everything with day and month exchanged as well; `sure`: those that do not.
    `typed`: some values are dates already; `zoned`: some name their zone.
    """

    moments: Moments
    formats: tuple[str, ...] = ()
    unsure: tuple[str, ...] = ()
    typed: bool = False
    zoned: bool = False

    @property
    def day_first(self) -> tuple[bool, ...]:
        """What the formats that leave no doubt say about the order of day and month in digits."""
        return tuple(
            form.index("%d") < form.index("%m")
            for form in self.formats
            if form not in self.unsure and _exchanged(form) is not None
        )


def read(profile: Profile, absent: Mask, *, day_first: bool) -> Dates | None:
    """The column's dates; None where no text and no value looks like one.

    `day_first` decides about day and month where nothing in the column does.
    """
    moments = np.full(len(profile.distinct), np.datetime64("NaT", "us"), dtype="datetime64[us]")
    typed = np.array([isinstance(value, date | np.datetime64) for value in profile.distinct], dtype=bool)
    zoned = False
    for place in np.flatnonzero(typed):
        moments[place], aware = _of_typed(profile.distinct[place])
        zoned |= aware
    places = np.flatnonzero(profile.is_text & ~absent)
    some = probe(places)
    like = sum(1 for place in some if _family(profile.texts[place]) is not None)
    if not typed.any() and (not like or like * 5 < len(some)):
        return None
    families: defaultdict[str, list[int]] = defaultdict(list)
    for place in places:
        family = _family(profile.texts[place])
        if family is not None:
            families[family].append(int(place))
    weight: defaultdict[str, int] = defaultdict(int)
    unsure = []
    for family, of_family in families.items():
        texts = [profile.texts[place] for place in of_family]
        form, found, doubtful = _best(texts, family, day_first=day_first)
        good = ~np.isnat(found)
        if good.mean() < 0.5:
            continue
        moments[of_family] = found
        weight[form] += int(profile.counts[of_family].sum())
        unsure += [form] if doubtful else []
        zoned |= family == ISO and any(_ZONED.search(text) for text in texts[:200])
    if np.isnat(moments).all():
        return None
    formats = tuple(sorted(weight, key=lambda form: (-weight[form], form)))
    return Dates(moments, formats, tuple(unsure), bool(typed.any()), zoned)


def _family(text: str) -> str | None:
    text = text.strip()
    if len(text) > 40 or not text or not any(character.isdigit() for character in text):
        return None
    if _ISO.fullmatch(text):
        return ISO
    shape = _shape(text)
    return shape if shape in _BY_SHAPE else None


def _best(texts: Sequence[str], family: str, *, day_first: bool) -> tuple[str, Moments, bool]:
    """The format that reads most of these texts, what it reads, and whether its twin reads as many."""
    forms = [ISO] if family == ISO else _BY_SHAPE[family]
    some = [texts[i] for i in probe(np.arange(len(texts)))]
    by_probe = {form: int((~np.isnat(parse(some, form))).sum()) for form in forms} if len(forms) > 1 else {forms[0]: 1}
    most = max(by_probe.values())
    tied = {form: parse(texts, form) for form in forms if by_probe[form] == most}
    found = {form: int((~np.isnat(moments)).sum()) for form, moments in tied.items()}
    best = max(found.values())
    winners = [form for form in forms if found.get(form) == best]
    twins = [form for form in winners if _exchanged(form) in winners]
    ordered = [form for form in twins if (form.index("%d") < form.index("%m")) == day_first]
    winner = (ordered or winners)[0]
    return winner, tied[winner], winner in twins and best > 0


def _exchanged(form: str) -> str | None:
    """The format with day and month exchanged, where both are digits next to each other."""
    if not re.match(r"(%d.%m|%m.%d)", form):
        return None
    return form.translate(str.maketrans("dm", "md"))


def parse(texts: Sequence[str], form: str) -> Moments:
    """Texts as moments, UTC where they name a zone; NaT where the format does not read them."""
    found = np.full(len(texts), np.datetime64("NaT", "us"), dtype="datetime64[us]")
    aware = np.array([form == ISO and _ZONED.search(text) is not None for text in texts], dtype=bool)
    written = pd.Series(list(texts), dtype=object)
    if not aware.all():
        naive = pd.to_datetime(written[~aware], format=form, errors="coerce")
        found[~aware] = naive.to_numpy(dtype="datetime64[us]")
    if aware.any():
        zoned = pd.to_datetime(written[aware], format=form, errors="coerce", utc=True)
        found[aware] = zoned.dt.tz_localize(None).to_numpy(dtype="datetime64[us]")
    return found


def _of_typed(value: object) -> tuple[np.datetime64, bool]:
    if isinstance(value, datetime) and value.tzinfo is not None:
        return np.datetime64(value.astimezone(UTC).replace(tzinfo=None), "us"), True
    return np.datetime64(value, "us"), False  # type: ignore[call-overload]  # a date or a datetime, as the caller saw
