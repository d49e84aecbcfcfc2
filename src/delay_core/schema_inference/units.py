"""The unit that a header, or the text around the numbers, states; none is guessed."""

import re
from collections.abc import Sequence

from delay_core.schema_inference.words import Vocabulary, plain

_UNITS = {
    "kg": "kg kgs kilogram kilograms kilogramm kilo kilos",
    "g": "g gram grams gramm",
    "t": "t tonne tonnes",
    "lb": "lb lbs pound pounds",
    "km": "km kms kilometer kilometers kilometre kilometres",
    "mi": "mi mile miles",
    "m": "m meter meters metre metres",
    "cm": "cm",
    "mm": "mm",
    "m³": "m3 m³ cbm",
    "L": "l liter litre liters litres",
    "min": "min mins minute minutes minuten minutos",
    "h": "h hr hrs hour hours std stunde stunden heures horas",
    "s": "s sec secs second seconds sekunden",
    "day": "d day days tag tage tagen jour jours dia dias día días",
    "°C": "°c c celsius",
    "°F": "°f fahrenheit",
    "%": "% pct percent prozent",
    "EUR": "eur € euro euros",
    "USD": "usd us$",
    "GBP": "gbp",
    "CHF": "chf",
    "unit": "unit units pcs pieces stk stück",
    "km/h": "km/h kmh",
    "degree": "degree degrees deg °",
}
_BY_WORD = {word: unit for unit, words in _UNITS.items() for word in words.split()}
_SHORT = frozenset(["g", "t", "m", "s", "h", "d", "l", "c", "mi", "unit", "units", "deg"])
"""Not believed as the last word of a header, only in brackets: `size_m`, `temp_c`, `business_unit`."""
_TIMES = Vocabulary("time* wait* duration dauer zeit *zeit minutes minuten temps tiempo transit delay")


def of_header(header: str) -> str | None:
    """The unit in brackets, or as the last word: `Weight (kg)`, `distance_km`."""
    bracketed = re.search(r"[(\[]\s*([^)\]]+?)\s*[)\]]\s*$", header)
    if bracketed:
        return _BY_WORD.get(bracketed[1].casefold())
    words = plain(header).split()
    if len(words) < 2 or words[-1] in _SHORT:
        return "%" if header.rstrip().endswith("%") else None
    if words[-1] == "min" and not _TIMES.word_in(header):  # the least of something
        return None
    return _BY_WORD.get(words[-1])


def of_strip(strip: Sequence[str]) -> str | None:
    """The unit that all these texts around numbers mean."""
    meant = {_BY_WORD.get(text.casefold().rstrip(".")) for text in strip}
    return meant.pop() if len(meant) == 1 else None
