"""How a table writes its numbers: the decimal sign, the thousands separator, and the units around the digits."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from delay_core.parsing import move_sign_first, number_pattern
from delay_core.schema_inference.profiling.value_counts import Integers, Mask, ValueCounts

Floats = NDArray[np.float64]

_QUANTITY = re.compile(
    r"(?P<prefix>[^\d+\-.,]*?)\s*"
    r"(?P<number>[+-]?(?:\d[\d.,'’ \u00a0\u202f]*\d|\d|[.,]\d+)(?:[eE][+-]?\d+)?)\s*"
    r"(?P<suffix>\D*)"
)
_CURRENCY = re.compile(r"(?:[A-Z]{0,2}[€$£¥₹]|EUR|USD|GBP|CHF|CAD|AUD|JPY|CNY|INR|PLN|SEK|NOK|DKK|kr|zł|Rs\.?)?")
_MAX_UNIT_LENGTH = 15
_PYTHON_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_PLACEHOLDERS = (-1.0, -9.0, -99.0, -999.0, -9999.0, -99999.0, 999.0, 9999.0, 99999.0, 999999.0, 9999999.0)
THOUSANDS_SEPARATORS = (",", ".", " ", "'")
"""The separators that the schema language supports."""
_SEPARATOR_VARIANTS = {"\u00a0": " ", "\u202f": " ", "’": "'"}


@dataclass(frozen=True)
class NumberFormat:
    """The signs in the numbers of a table."""

    decimal: str = "."
    thousands: str | None = None

    @property
    def is_default(self) -> bool:
        """Whether numbers are written as in Python."""
        return self.decimal == "." and self.thousands is None

    @property
    def pattern(self) -> re.Pattern[str]:
        """A number in this format; groups: sign, integer part, fraction, exponent."""
        return number_pattern(self.decimal, self.thousands)


@dataclass(frozen=True)
class NumberEvidence:
    """`share`: of the texts that are numbers; `signs`: what they show; `strip`: texts around the digits."""

    share: float
    signs: Counter[str]
    strip: tuple[str, ...]


def collect_evidence(texts: Sequence[str]) -> NumberEvidence:
    """The numbers among these texts, with a currency before them or a unit after them."""
    in_order = [move_sign_first(text.strip()) for text in texts]
    matches = [match for text in in_order if (match := _QUANTITY.fullmatch(text)) and _has_known_affixes(match)]
    prefixes = Counter(match["prefix"].strip() for match in matches)
    suffixes = Counter(match["suffix"].strip() for match in matches)
    unit = _main_unit(suffixes)
    strip = {text for text in (*prefixes, *suffixes) if text and (text in prefixes or _is_unit(text, unit))}
    numbers = [match["number"] for match in matches if _is_unit(match["suffix"].strip(), unit)]
    numbers += [match["number"] for match in matches if not match["suffix"].strip()]
    signs = Counter(sign for number in numbers for sign in _signs(number))
    return NumberEvidence(len(numbers) / max(len(texts), 1), signs, tuple(sorted(strip, key=lambda t: (-len(t), t))))


def choose_format(columns: Sequence[NumberEvidence]) -> NumberFormat:
    """The one format that fits most of these columns."""
    votes = Counter(sign for column in columns for sign in column.signs)
    for column in columns:  # 1,234 beside 1,5 in one column has a decimal comma; alone it has a separator
        for sign in ".,":
            if f"decimal {sign}" in column.signs:
                votes[f"groups? {sign}"] -= int(f"groups? {sign}" in column.signs)
    comma, point = votes["decimal ,"], votes["decimal ."]
    if comma == point:
        comma, point = votes["groups ."], votes["groups ,"] + votes["groups? ,"]
    decimal = "," if comma > point else "."
    separators = {sign: votes[f"groups {sign}"] for sign in THOUSANDS_SEPARATORS if sign != decimal}
    other = "." if decimal == "," else ","
    separators[other] += votes[f"groups? {other}"]
    best = max(THOUSANDS_SEPARATORS, key=lambda sign: separators.get(sign, 0))
    return NumberFormat(decimal, best if separators.get(best) else None)


def parse_numbers(values: ValueCounts, missing: Mask, number_format: NumberFormat, strip: Sequence[str]) -> Floats:
    """The number that each distinct value is [values]; NaN if it is missing or not a number. Booleans are not."""
    numbers = np.full(len(values.distinct), np.nan)
    pattern = _PYTHON_NUMBER if number_format.is_default else number_format.pattern
    for index in np.flatnonzero(~missing):
        value = values.distinct[index]
        if isinstance(value, str):
            numbers[index] = _parse_text(value, pattern, strip)
        elif isinstance(value, int | float | np.integer | np.floating) and not isinstance(value, bool):
            numbers[index] = float(value)
    numbers[~np.isfinite(numbers)] = np.nan
    return numbers


def find_placeholder_numbers(numbers: Floats, counts: Integers) -> list[int]:
    """Indices of values such as -999 or 99999 that repeat and are far from all others."""
    candidates = [int(index) for index in np.flatnonzero(np.isin(numbers, _PLACEHOLDERS)) if counts[index] >= 2]
    others = np.delete(numbers, candidates)
    others = others[~np.isnan(others)]
    if len(others) < 5:
        return []
    low, high = others.min(), others.max()
    return [
        index
        for index in candidates
        if (numbers[index] < 0 <= low) or numbers[index] < low - 3 * (high - low) or numbers[index] > max(3 * high, 99)
    ]


def are_digit_codes(texts: Sequence[str]) -> bool:
    """Whether texts of digits are codes rather than numbers: some have leading zeros."""
    digits = [text for text in texts if text.isdigit()]
    with_zero = sum(1 for text in digits if text.startswith("0") and len(text) > 1)
    return len(digits) > 0 and with_zero >= max(1, len(digits) // 50)


def _has_known_affixes(match: re.Match[str]) -> bool:
    return _CURRENCY.fullmatch(match["prefix"].strip()) is not None and len(match["suffix"].strip()) <= _MAX_UNIT_LENGTH


def _main_unit(suffixes: Counter[str]) -> str:
    """The most frequent unit, in lower case; empty if numbers without a unit are far more frequent."""
    units = Counter[str]()
    for suffix, count in suffixes.items():
        units[suffix.casefold().rstrip(".")] += count
    without = units.pop("", 0)
    if not units or units.most_common(1)[0][1] * 10 < without:
        return ""
    return units.most_common(1)[0][0]


def _is_unit(suffix: str, unit: str) -> bool:
    return bool(unit) and suffix.casefold().rstrip(".") == unit


def _signs(number: str) -> Iterator[str]:
    """What one number shows: `decimal ,`, `groups .`, or in doubt `groups? ,`; nothing for an integer."""
    digits = re.sub(r"[eE][+-]?\d+$", "", number.lstrip("+-"))
    if digits.isdigit():
        return
    if single := re.fullmatch(r"(\d*)([.,])(\d+)", digits):
        integer, sign, fraction = single.groups()
        ambiguous = len(fraction) == 3 and 1 <= len(integer) <= 3 and not integer.startswith("0")
        yield f"groups? {sign}" if ambiguous else f"decimal {sign}"
        return
    grouped = re.fullmatch(r"\d{1,3}(?:([., '’\u00a0\u202f])\d{3})(?:\1\d{3})*(?:([.,])\d+)?", digits)
    grouped = grouped or re.fullmatch(r"\d{1,2}(?:(,)\d\d)+,\d{3}(?:(\.)\d+)?", digits)  # 12,34,567 in India
    if grouped is None or grouped[1] == grouped[2]:
        yield "none"
        return
    yield f"groups {_SEPARATOR_VARIANTS.get(grouped[1], grouped[1])}"
    if grouped[2]:
        yield f"decimal {grouped[2]}"


def _parse_text(text: str, pattern: re.Pattern[str], strip: Sequence[str]) -> float:
    text = text.strip()
    for affix in strip:
        text = text.removeprefix(affix).removesuffix(affix).strip()
    match = pattern.fullmatch(move_sign_first(text))
    if match is None:
        return np.nan
    if not match.re.groups:
        return float(match.group())
    sign, integer, fraction, exponent = match.groups()
    digits = "".join(character for character in integer if character.isdigit())
    return float(f"{sign}{digits}.{fraction or '0'}{exponent}")
