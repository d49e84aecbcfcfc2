"""One column of the sample: numbers, dates, texts, personal data or empty, and the tokens for missing values in it."""

from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Literal, TypedDict

import numpy as np

from delay_core.schema_inference.profiling.date_formats import (
    ParsedDates,
    Timestamps,
    add_spreadsheet_serials,
    find_placeholder_dates,
    parse_numeric_dates,
)
from delay_core.schema_inference.profiling.null_tokens import Sentinels, find_sentinels, is_null_among_numbers
from delay_core.schema_inference.profiling.number_format import (
    Floats,
    NumberEvidence,
    NumberFormat,
    are_digit_codes,
    choose_format,
    find_placeholder_numbers,
    parse_numbers,
)
from delay_core.schema_inference.profiling.pii import pii_evidence
from delay_core.schema_inference.profiling.value_counts import Integers, Mask, ValueCounts

_MAX_UNPARSED_SHARE = 0.05
"""The share of values that a column of numbers or dates may have that are neither."""


@dataclass(frozen=True)
class ColumnProfile:
    """What a column holds. Arrays [values] are of its distinct values.

    `is_null`: null tokens; sentinels are NaN or NaT in `numbers` and `dates`. `strip`: texts around numbers.
    `unparsed_rows`: rows that would be quarantined. `other_number_format`: the column's, if it is not the table's.
    """

    values: ValueCounts
    kind: Literal["empty", "personal", "timestamp", "numeric", "text"]
    is_null: Mask
    pii_evidence: str = ""
    numbers: Floats | None = None
    dates: ParsedDates | None = None
    sentinels: dict[str, str] = field(default_factory=dict)
    sentinel_rows: dict[str, int] = field(default_factory=dict)
    strip: tuple[str, ...] = ()
    unparsed_rows: int = 0
    other_number_format: NumberFormat | None = None

    @property
    def name(self) -> str:
        return self.values.name

    @property
    def is_personal(self) -> bool:
        return self.kind == "personal"

    @cached_property
    def present(self) -> Mask:
        """Which distinct values are neither null tokens nor sentinels nor unparsed."""
        if self.numbers is not None:
            return ~np.isnan(self.numbers)
        if self.dates is not None:
            return ~np.isnat(self.dates.timestamps)
        return ~self.is_null

    @cached_property
    def present_rows(self) -> int:
        return self.values.count_rows(self.present)

    @property
    def missing_share(self) -> float:
        """The share of rows without a value; unparsed ones are not missing."""
        return 1 - (self.present_rows + self.unparsed_rows) / max(self.values.rows, 1)

    @property
    def distinct(self) -> int:
        return int(self.present.sum())

    @cached_property
    def null_tokens(self) -> dict[str, int]:
        """The texts of this column that mean a missing value, and their rows."""
        indices = np.flatnonzero(self.is_null & self.values.is_text)
        return {self.values.texts[index]: int(self.values.counts[index]) for index in indices}

    @cached_property
    def texts(self) -> list[tuple[str, int]]:
        """The present values as text with their rows, the most frequent first."""
        return [(self.values.texts[index], int(self.values.counts[index])) for index in np.flatnonzero(self.present)]

    @cached_property
    def row_codes(self) -> Integers:
        """The index of each row's distinct value; -1 for none."""
        codes = np.where(self.present, np.arange(len(self.present)), -1)
        return self.values.broadcast_to_rows(codes, -1)

    @cached_property
    def row_timestamps(self) -> Timestamps:
        """Each row's timestamp, UTC; NaT for none."""
        timestamps = self.dates.timestamps if self.dates is not None else np.array([], dtype="datetime64[us]")
        return self.values.broadcast_to_rows(timestamps, np.datetime64("NaT", "us"))

    @cached_property
    def row_numbers(self) -> Floats:
        """Each row's number; NaN for none."""
        return self.values.broadcast_to_rows(self.numbers if self.numbers is not None else np.array([]), np.nan)


def profile_column(
    values: ValueCounts,
    is_null: Mask,
    dates: ParsedDates | None,
    evidence: NumberEvidence,
    number_format: NumberFormat,
) -> ColumnProfile:
    """The profile of a column; `dates` and `evidence` are what its texts show, `number_format` is the table's."""
    if is_null.all() or values.nested:
        return ColumnProfile(values, "empty" if is_null.all() else "text", is_null)
    numbers = parse_numbers(values, is_null, number_format, evidence.strip)
    date_profile = _profile_dates(values, is_null, dates, numbers)
    number_profile = None if date_profile else _profile_numbers(values, is_null, evidence, numbers)
    personal = pii_evidence(values, dates=date_profile is not None, numbers=number_profile is not None)
    if personal:
        return ColumnProfile(values, "personal", is_null, personal)
    if date_profile or number_profile:
        return date_profile or number_profile or ColumnProfile(values, "text", is_null)
    other = _other_number_format(values, is_null, evidence, number_format)
    return ColumnProfile(values, "text", is_null, other_number_format=other)


def _profile_dates(
    values: ValueCounts, is_null: Mask, dates: ParsedDates | None, numbers: Floats
) -> ColumnProfile | None:
    parsed = parse_numeric_dates(values.name, numbers) if dates is None else add_spreadsheet_serials(dates, numbers)
    if parsed is None:
        return None
    is_date = ~np.isnat(parsed.timestamps)
    is_null = is_null | (is_null_among_numbers(values.texts) & ~is_date)
    sentinels = find_sentinels(values, ~is_null & ~is_date)
    if not _is_plausible(values, is_null, is_date, sentinels):
        return None
    placeholders = dict(find_placeholder_dates(parsed.timestamps, values.counts))
    timestamps = parsed.timestamps.copy()
    timestamps[list(placeholders)] = np.datetime64("NaT", "us")
    return ColumnProfile(
        values,
        "timestamp",
        is_null,
        dates=replace(parsed, timestamps=timestamps),
        **_with_placeholders(values, sentinels, placeholders),
    )


def _profile_numbers(
    values: ValueCounts, is_null: Mask, evidence: NumberEvidence, numbers: Floats
) -> ColumnProfile | None:
    if np.isnan(numbers).all() or are_digit_codes(values.texts):
        return None
    is_number = ~np.isnan(numbers)
    is_null = is_null | (is_null_among_numbers(values.texts) & ~is_number)
    sentinels = find_sentinels(values, ~is_null & ~is_number)
    if not _is_plausible(values, is_null, is_number, sentinels):
        return None
    placeholders = {index: f"{numbers[index]:.0f}" for index in find_placeholder_numbers(numbers, values.counts)}
    present = numbers.copy()
    present[list(placeholders)] = np.nan
    return ColumnProfile(
        values,
        "numeric",
        is_null,
        numbers=present,
        strip=evidence.strip,
        **_with_placeholders(values, sentinels, placeholders),
    )


class _Missing(TypedDict):
    sentinels: dict[str, str]
    sentinel_rows: dict[str, int]
    unparsed_rows: int


def _with_placeholders(values: ValueCounts, sentinels: Sentinels, placeholders: dict[int, str]) -> _Missing:
    """Sentinels and placeholders (index → text) as fields of a profile."""
    reasons = {f"placeholder {token}": index for index, token in placeholders.items()}
    return {
        "sentinels": {**sentinels.tokens, **{reason: placeholders[index] for reason, index in reasons.items()}},
        "sentinel_rows": {**sentinels.rows, **{reason: int(values.counts[i]) for reason, i in reasons.items()}},
        "unparsed_rows": values.count_rows(sentinels.unexplained),
    }


def _is_plausible(values: ValueCounts, is_null: Mask, parsed: Mask, sentinels: Sentinels) -> bool:
    """Whether the column holds numbers or dates: nearly all values parse, or the others are a few tokens."""
    present_rows, parsed_rows = values.count_rows(~is_null), values.count_rows(parsed)
    if parsed_rows >= (1 - _MAX_UNPARSED_SHARE) * present_rows and parsed_rows:
        return True
    unexplained = values.count_rows(sentinels.unexplained)
    varied = parsed.sum() >= 8 and parsed.sum() > 3 * len(sentinels.tokens)
    few_unexplained = unexplained <= _MAX_UNPARSED_SHARE * present_rows
    return bool(varied and parsed_rows >= 0.2 * present_rows and few_unexplained)


def _other_number_format(
    values: ValueCounts, is_null: Mask, evidence: NumberEvidence, number_format: NumberFormat
) -> NumberFormat | None:
    """The format in which the column holds numbers, if it is not the table's."""
    own = choose_format([evidence])
    if evidence.share < 0.9 or own == number_format or are_digit_codes(values.texts) or evidence.signs["none"]:
        return None
    numbers = parse_numbers(values, is_null, own, evidence.strip)
    enough = values.count_rows(~np.isnan(numbers)) >= (1 - _MAX_UNPARSED_SHARE) * values.count_rows(~is_null)
    return own if enough else None
