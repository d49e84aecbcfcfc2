"""Numbers as people write them: with a unit, a decimal comma, groups of three digits."""

import re
from collections.abc import Sequence

import numpy as np

from delay_core.parsing.values import Values

_VARIANTS = {" ": "[ \u00a0\u202f\u2009]", "'": "['\u2019]"}
"""What programs write as these separators: no-break and thin spaces, the typographic apostrophe."""

_INDIAN_GROUPS = "[0-9]{1,2}(?:,[0-9]{2})+,[0-9]{3}"
"""A lakh is 1,00,000."""


def to_plain(values: Values, decimal: str, thousands: str | None, strip: Sequence[str]) -> Values:
    """Text values as Python writes numbers.

    Text that is not a number in the declared format is not a number in the result either.
    """
    if decimal == "." and thousands is None and not strip:
        if not any(isinstance(value, str) and value.endswith("-") for value in values):
            return values
        return np.array([move_sign_first(value) if isinstance(value, str) else value for value in values], object)
    pattern = number_pattern(decimal, thousands)
    return np.array([_to_plain(value, pattern, strip) if isinstance(value, str) else value for value in values], object)


def number_pattern(decimal: str, thousands: str | None) -> re.Pattern[str]:
    """A number with these signs, in four groups: sign, whole part, fraction, exponent."""
    separator = _VARIANTS.get(thousands, re.escape(thousands)) if thousands else ""
    grouped = rf"[0-9]{{1,3}}(?:{separator}[0-9]{{3}})+|" if thousands else ""
    if thousands == ",":
        grouped += f"{_INDIAN_GROUPS}|"
    fraction = rf"(?:{re.escape(decimal)}([0-9]*))?"
    return re.compile(rf"([+-]?)({grouped}[0-9]+){fraction}((?:[eE][+-]?[0-9]+)?)")


def move_sign_first(text: str) -> str:
    """The text with a minus behind a digit, as SAP writes it, before its number: `5.50-` is `-5.50`."""
    return f"-{text[:-1]}" if text[-2:-1].isdigit() and text[-1] == "-" and text[0] not in "+-" else text


def _to_plain(value: str, pattern: re.Pattern[str], strip: Sequence[str]) -> str:
    text = value.strip()
    for affix in strip:
        text = text.removeprefix(affix).removesuffix(affix).strip()
    match = pattern.fullmatch(move_sign_first(text))
    if match is None:
        return f"{value}?"  # not a number as declared, even where Python reads it as one: "1.5" with a decimal comma
    sign, whole, fraction, exponent = match.groups()
    digits = "".join(character for character in whole if character.isdigit())
    return f"{sign}{digits}.{fraction or '0'}{exponent}"
