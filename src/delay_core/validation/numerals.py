"""Numbers as people write them: with a unit, a decimal comma, groups of three digits."""

import re
from collections.abc import Sequence

import numpy as np

from delay_core.schema import SourceFormat
from delay_core.validation.parse import Values


def plain(values: Values, form: SourceFormat, strip: Sequence[str]) -> Values:
    """Text values as Python writes numbers; what does not follow the declared signs stays as it is, to be refused."""
    if form.decimal == "." and form.thousands is None and not strip:
        return values
    written = _numeral(form)
    return np.array([_plain(v, written, strip) if isinstance(v, str) else v for v in values], dtype=object)


def _numeral(form: SourceFormat) -> re.Pattern[str]:
    decimal = re.escape(form.decimal)
    grouped = rf"[0-9]{{1,3}}(?:{re.escape(form.thousands)}[0-9]{{3}})+|" if form.thousands else ""
    return re.compile(rf"([+-]?)({grouped}[0-9]+)(?:{decimal}([0-9]*))?((?:[eE][+-]?[0-9]+)?)")


def _plain(value: str, written: re.Pattern[str], strip: Sequence[str]) -> str:
    text = value.strip()
    for around in strip:
        text = text.removeprefix(around).removesuffix(around).strip()
    found = written.fullmatch(text)
    if found is None:
        return f"{value}?"  # no number as declared, whatever Python makes of it: "1.5" where the comma is decimal
    sign, whole, fraction, exponent = found.groups()
    digits = "".join(character for character in whole if character.isdigit())
    return f"{sign}{digits}.{fraction or '0'}{exponent}"
