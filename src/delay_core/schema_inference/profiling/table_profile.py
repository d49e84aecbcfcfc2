"""The sample as a whole: the profile of each column, and the formats that all columns share."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from delay_core.parsing.date_formats import NUMERIC_DATE_FORMATS
from delay_core.ports.table_sampler import Sample
from delay_core.schema_inference.profiling.column_profile import ColumnProfile, profile_column
from delay_core.schema_inference.profiling.date_formats import ParsedDates, parse_dates
from delay_core.schema_inference.profiling.null_tokens import is_null
from delay_core.schema_inference.profiling.number_format import NumberFormat, choose_format, collect_evidence
from delay_core.schema_inference.profiling.value_counts import Mask, ValueCounts, count_values, sample_evenly
from delay_core.validation import UNREADABLE

_NUMERIC_DATE_ORDER = {date_format: rank for rank, date_format in enumerate(NUMERIC_DATE_FORMATS)}


@dataclass(frozen=True)
class TableProfile:
    """`columns` in the table's order; `malformed_rows` could not be split into columns and are not in `rows`."""

    columns: dict[str, ColumnProfile]
    number_format: NumberFormat
    rows: int
    malformed_rows: int

    @cached_property
    def null_tokens(self) -> tuple[str, ...]:
        """Texts that mean a missing value in columns without personal data; the empty text always."""
        columns = self.columns.values()
        tokens = {token for column in columns if not column.is_personal for token in column.null_tokens}
        return tuple(sorted({"", *tokens}))

    @cached_property
    def dates(self) -> dict[str, ParsedDates]:
        """The columns of timestamps."""
        return {name: column.dates for name, column in self.columns.items() if column.dates is not None}

    @cached_property
    def date_formats(self) -> dict[str, int]:
        """Format → number of columns, in the order in which to try them: unambiguous ones first.

        Formats of numbers come before all others, because the others may parse some numbers wrongly.
        """
        columns = Counter(date_format for dates in self.dates.values() for date_format in dates.formats)

        def order(date_format: str) -> tuple[int, bool, int, str]:
            ambiguous = date_format in self.ambiguous_formats
            return (
                _NUMERIC_DATE_ORDER.get(date_format, len(NUMERIC_DATE_FORMATS)),
                ambiguous,
                -columns[date_format],
                date_format,
            )

        return {date_format: columns[date_format] for date_format in sorted(columns, key=order)}

    @cached_property
    def ambiguous_formats(self) -> frozenset[str]:
        """Formats with day and month in doubt in every column that has them."""
        dates = self.dates.values()
        certain = {date_format for one in dates for date_format in one.formats if date_format not in one.ambiguous}
        return frozenset(date_format for one in dates for date_format in one.ambiguous) - certain


def profile_table(sample: Sample) -> TableProfile:
    """The profile of the sample; rows that could not be split into columns are only counted."""
    rows, malformed_rows = sample.rows, 0
    if UNREADABLE in rows:
        malformed = rows[UNREADABLE].notna()
        malformed_rows = int(malformed.sum())
        rows = rows.loc[~malformed].drop(columns=UNREADABLE)
    rows = rows.loc[:, ~rows.columns.duplicated()]
    columns = [count_values(str(name), rows[name].to_numpy(dtype=object)) for name in rows.columns]
    nulls = [is_null(column.texts) & column.is_text for column in columns]
    evidence = [collect_evidence(_sample_texts(*pair)) for pair in zip(columns, nulls, strict=True)]
    dates = _parse_all_dates(columns, nulls, semicolons=sample.form.delimiter == ";")
    number_format = choose_format(
        [one for one, parsed in zip(evidence, dates, strict=True) if one.share > 0.3 and parsed is None]
    )
    profiles = [profile_column(*column, number_format) for column in zip(columns, nulls, dates, evidence, strict=True)]
    return TableProfile({profile.name: profile for profile in profiles}, number_format, len(rows), malformed_rows)


def _sample_texts(column: ValueCounts, missing: Mask) -> list[str]:
    return [column.texts[index] for index in sample_evenly(np.flatnonzero(~missing & column.is_text))]


def _parse_all_dates(
    columns: Sequence[ValueCounts], nulls: Sequence[Mask], *, semicolons: bool
) -> list[ParsedDates | None]:
    """The dates of each column. If a column leaves day and month in doubt, the others decide, then the delimiter."""
    pairs = list(zip(columns, nulls, strict=True))
    parsed = [parse_dates(column, missing, day_first=True) for column, missing in pairs]
    votes = Counter(vote for dates in parsed if dates is not None for vote in dates.day_first)
    if votes[True] > votes[False] or (votes[True] == votes[False] and semicolons):
        return parsed
    return [
        parse_dates(column, missing, day_first=False) if dates is not None and dates.ambiguous else dates
        for (column, missing), dates in zip(pairs, parsed, strict=True)
    ]
