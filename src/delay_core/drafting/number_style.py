"""How a table writes its numbers: one decimal sign, one sign between groups of digits, and what stands around them."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from delay_core.validation import number_pattern

_AFFIXED = re.compile(
    r"(?P<before>[^\d+\-.,]*?)\s*"
    r"(?P<number>[+-]?(?:\d[\d.,'’ \u00a0\u202f]*\d|\d|[.,]\d+)(?:[eE][+-]?\d+)?)\s*"
    r"(?P<after>\D*)"
)
_CURRENCY = re.compile(r"(?:[A-Z]{0,2}[€$£¥₹]|EUR|USD|GBP|CHF|CAD|AUD|JPY|CNY|INR|PLN|SEK|NOK|DKK|kr|zł|Rs\.?)?")
_LONGEST_UNIT = 15
GROUPS = (",", ".", " ", "'")
"""The signs between groups of three digits that the schema language knows."""


@dataclass(frozen=True)
class Style:
    """The signs of the table's numbers; `decided` says that some number shows them."""

    decimal: str = "."
    thousands: str | None = None

    @property
    def plain(self) -> bool:
        """Whether numbers are written as Python writes them."""
        return self.decimal == "." and self.thousands is None

    @property
    def pattern(self) -> re.Pattern[str]:
        """A number in this style: sign, whole part, fraction, exponent."""
        return number_pattern(self.decimal, self.thousands)


@dataclass(frozen=True)
class Numerals:
    """What the numbers among some texts look like: their share, signs seen, and texts to strip."""

    share: float
    signs: Counter[str]
    strip: tuple[str, ...]


def look(texts: Sequence[str]) -> Numerals:
    """The numbers among these texts, a currency before them or a unit behind them."""
    found = [match for text in texts if (match := _AFFIXED.fullmatch(text.strip())) and _is_around(match)]
    before = Counter(match["before"].strip() for match in found)
    after = Counter(match["after"].strip() for match in found)
    unit = _main(after)
    same = [match for match in found if _same(match["after"].strip(), unit) or not match["after"].strip()]
    strip = tuple(
        sorted({text for text in (*before, *after) if text and (text in before or _same(text, unit))}, key=_long_first)
    )
    signs = Counter(sign for match in same for sign in _signs(match["number"]))
    return Numerals(len(same) / max(len(texts), 1), signs, strip)


def _is_around(match: re.Match[str]) -> bool:
    after = match["after"].strip()
    return _CURRENCY.fullmatch(match["before"].strip()) is not None and len(after) <= _LONGEST_UNIT


def _main(units: Counter[str]) -> str:
    """The unit, in small letters, that most numbers have; empty where bare ones lead by far."""
    small = Counter[str]()
    for unit, count in units.items():
        small[unit.casefold().rstrip(".")] += count
    bare = small.pop("", 0)
    if not small or small.most_common(1)[0][1] * 10 < bare:
        return ""
    return small.most_common(1)[0][0]


def _same(unit: str, main: str) -> bool:
    return bool(main) and unit.casefold().rstrip(".") == main


def _long_first(text: str) -> tuple[int, str]:
    return -len(text), text


def _signs(number: str) -> list[str]:
    """The evidence in one number: `decimal ,`, `groups .`, or in doubt `groups? ,`; nothing for a bare integer."""
    digits = re.sub(r"[eE][+-]?\d+$", "", number.lstrip("+-"))
    single = re.fullmatch(r"(\d*)([.,])(\d+)", digits)
    if digits.isdigit():
        return []
    if single:
        whole, sign, fraction = single.groups()
        doubtful = len(fraction) == 3 and 1 <= len(whole) <= 3 and not whole.startswith("0")
        return [f"groups? {sign}" if doubtful else f"decimal {sign}"]
    grouped = re.fullmatch(r"\d{1,3}(?:([., '’\u00a0\u202f])\d{3})(?:\1\d{3})*(?:([.,])\d+)?", digits)
    if grouped and grouped[1] != grouped[2]:
        return [f"groups {grouped[1]}", *([f"decimal {grouped[2]}"] if grouped[2] else [])]
    return ["none"]


def decide(columns: Sequence[Numerals]) -> Style:
    """The one style that suits most of these columns."""
    votes = Counter(sign for column in columns for sign in column.signs)
    for column in columns:  # 1,234 beside 1,5 in one column is a decimal; by itself it is a group
        for sign in ".,":
            if f"decimal {sign}" in column.signs:
                votes[f"groups? {sign}"] -= int(f"groups? {sign}" in column.signs)
    comma, point = votes["decimal ,"], votes["decimal ."]
    if comma == point:
        comma, point = votes["groups ."], votes["groups ,"] + votes["groups? ,"]
    decimal = "," if comma > point else "."
    groups = {sign: votes[f"groups {sign}"] for sign in GROUPS if sign != decimal}
    other = "." if decimal == "," else ","
    groups[other] += votes[f"groups? {other}"]
    best = max(GROUPS, key=lambda sign: groups.get(sign, 0))
    return Style(decimal, best if groups.get(best) else None)
