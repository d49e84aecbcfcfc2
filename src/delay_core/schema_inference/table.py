"""The sample, looked at: what each column holds, and how the table as a whole is written."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from delay_core.ports.table_sampler import Sample
from delay_core.schema_inference import dates, number_style, tokens
from delay_core.schema_inference.dates import Dates
from delay_core.schema_inference.look import Look, look
from delay_core.schema_inference.number_style import Style
from delay_core.schema_inference.profile import Mask, Profile, probe, profile
from delay_core.validation import UNREADABLE


@dataclass(frozen=True)
class Table:
    """Every column, looked at, in the table's order; formats and signs that all of them share."""

    looks: dict[str, Look]
    style: Style
    rows: int
    unreadable: int

    @cached_property
    def null_tokens(self) -> tuple[str, ...]:
        """Texts that mean a missing value, wherever a column that is not personal has them; the empty one always."""
        found = {token for look in self.looks.values() if not look.personal for token in look.null_tokens}
        return tuple(sorted({"", *found}))

    @cached_property
    def timestamps(self) -> dict[str, Dates]:
        """The columns of dates."""
        return {name: look.dates for name, look in self.looks.items() if look.dates is not None}

    @cached_property
    def date_formats(self) -> dict[str, int]:
        """How the dates are written → in how many columns, in the order to try them: the least doubtful first.

        Serials and seconds come first: they read numbers alone, which others may misread.
        """
        columns = Counter(form for found in self.timestamps.values() for form in found.formats)
        rank = {"excel": 0, "epoch_s": 1, "epoch_ms": 2}
        ordered = sorted(columns, key=lambda form: (rank.get(form, 3), form in self.unsure, -columns[form], form))
        return {form: columns[form] for form in ordered}

    @cached_property
    def unsure(self) -> frozenset[str]:
        """Formats which no column needs: day and month may be the other way round."""
        sure = {form for found in self.timestamps.values() for form in found.formats if form not in found.unsure}
        return frozenset(form for found in self.timestamps.values() for form in found.unsure) - sure


def look_at(sample: Sample) -> Table:
    """The whole sample, looked at; rows that could not be cut into columns are only counted."""
    rows, unreadable = sample.rows, 0
    if UNREADABLE in rows:
        broken = rows[UNREADABLE].notna()
        unreadable = int(broken.sum())
        rows = rows.loc[~broken].drop(columns=UNREADABLE)
    rows = rows.loc[:, ~rows.columns.duplicated()]
    profiles = [profile(str(name), rows[name].to_numpy(dtype=object)) for name in rows.columns]
    absent = [tokens.means_missing(column.texts) & column.is_text for column in profiles]
    numerals = [number_style.look(_some_texts(*pair)) for pair in zip(profiles, absent, strict=True)]
    dated = _all_dates(profiles, absent, semicolons=sample.form.delimiter == ";")
    style = number_style.decide(
        [found for found, date in zip(numerals, dated, strict=True) if found.share > 0.3 and date is None]
    )
    looks = [look(*parts, style) for parts in zip(profiles, absent, dated, numerals, strict=True)]
    return Table({found.name: found for found in looks}, style, len(rows), unreadable)


def _some_texts(column: Profile, absent: Mask) -> list[str]:
    return [column.texts[place] for place in probe(np.flatnonzero(~absent & column.is_text))]


def _all_dates(profiles: Sequence[Profile], absent: Sequence[Mask], *, semicolons: bool) -> list[Dates | None]:
    """The dates of each column. Where a column leaves day and month in doubt, the others decide, then the delimiter."""
    pairs = list(zip(profiles, absent, strict=True))
    found = [dates.read(column, missing, day_first=True) for column, missing in pairs]
    votes = Counter(vote for one in found if one is not None for vote in one.day_first)
    day_first = votes[True] > votes[False] or (votes[True] == votes[False] and semicolons)
    if day_first:
        return found
    return [
        dates.read(column, missing, day_first=False) if one is not None and one.unsure else one
        for (column, missing), one in zip(pairs, found, strict=True)
    ]
