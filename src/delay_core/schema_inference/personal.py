"""Which columns hold personal data: by their headers, and by e-mail addresses and the like among their values."""

import re
from collections.abc import Sequence

import numpy as np

from delay_core.schema_inference import personal_words as words
from delay_core.schema_inference.profile import Profile, probe
from delay_core.schema_inference.vocabulary import FALSE, ID, ON_TIME, TRUE

_EMAIL = re.compile(r"[^\s@,;<>]+@[^\s@,;<>]+\.[^\W\d_]{2,}")
_PHONE = re.compile(r"(?:\+|00?|\()[\d ()/.\-]{6,}")
_STREET = re.compile(
    r"(?i)[^\W\d_][^\d,]*(?:stra(?:ß|ss)e|str\.|weg|allee|gasse|platz|street|st\.?|road|rd\.?|avenue|ave\.?|lane|drive)"
    r"\s+\d+.*|\d+\s*[a-z]?,?\s+.*\b(?:street|st|road|rd|avenue|ave|lane|drive|rue|boulevard|bd)\b.*"
    r"|(?:calle|avenida|av\.|plaza|rue|via|paseo)\s+[^\d]+,?\s*\d+.*"
)
_IBAN = re.compile(r"[A-Z]{2}\d{2}(?: ?[A-Z0-9]){11,30}")
_ALIKE = 0.4
"""The share of values from which on they make a column personal."""
_NAME = re.compile(
    r"(?:[^\W\d_a-z][^\W\d_A-Z]+(?:[-' ][^\W\d_a-z][^\W\d_A-Z]*\.?)*,? [^\W\d_a-z][^\W\d_A-Z]+)(?:-[^\W\d_]+)?"
)


def evidence(profile: Profile, *, dates: bool, numbers: bool) -> str:
    """Why the column is personal data, without saying any of it; empty where it is not.

    `dates`, `numbers`: what its values are, where they are not texts.
    """
    if _EMAIL.search("\n".join(profile.texts)):
        return "e-mail addresses among its values"
    if all(TRUE.is_all_of(text) or FALSE.is_all_of(text) for text in profile.texts[:10]) and len(profile.texts) < 4:
        return ""
    in_header = _of_header(profile, dates=dates, numbers=numbers)
    if in_header or dates:
        return in_header
    return _of_values(profile.texts, told=numbers or bool(ID.word_in(profile.name)))


def _of_values(texts: Sequence[str], *, told: bool) -> str:
    """What the values look like; where they are `told` to be something else, only a + makes a telephone number."""
    some = [texts[place].strip() for place in probe(np.arange(len(texts)))]
    phones = [text for text in some if _PHONE.fullmatch(text) and _is_phone(text) and (text[0] == "+" or not told)]
    alike = {
        "telephone numbers": len(phones),
        "streets": sum(1 for text in some if _STREET.fullmatch(text)),
        "IBANs": sum(1 for text in some if _IBAN.fullmatch(text)),
    }
    found = next((what for what, many in alike.items() if many > _ALIKE * len(some)), None)
    return f"its values look like {found}" if found else ""


def is_one(text: str) -> bool:
    """Whether a single text looks like an address, a telephone number, a street."""
    return any(pattern.search(text) for pattern in (_EMAIL, _STREET, _IBAN)) or _PHONE.fullmatch(text) is not None


def look_like_names(texts: Sequence[str]) -> bool:
    """Whether these values could be people: mostly two capitalised words or three, none a word of the trade."""
    some = [texts[place].strip() for place in probe(np.arange(len(texts)))]
    alike = sum(1 for text in some if _NAME.fullmatch(text) and len(text.split()) <= 3)
    if not texts or alike < 0.6 * len(some):
        return False
    return not any(words.OF_THE_TRADE.word_in(text) or ON_TIME.word_in(text) for text in some)


def _is_phone(text: str) -> bool:
    digits = sum(character.isdigit() for character in text)
    return 7 <= digits <= 15 and (text.startswith("+") or re.search(r"\d[ /()\-]+\d", text) is not None)


def _of_header(profile: Profile, *, dates: bool, numbers: bool) -> str:
    header = profile.name
    birth = words.BIRTH.word_in(header)
    if birth:
        return f"header says {birth!r}"
    hard = words.HARD.word_in(header)
    if hard and not dates and not words.ABOUT_HARD.word_in(header):
        return f"header says {hard!r}"
    person = words.PERSON.word_in(header)
    if not person or dates or numbers or words.ABOUT_PERSON.word_in(header) or _are_codes(profile.texts):
        return ""
    return f"header says {person!r}"


def _are_codes(texts: Sequence[str]) -> bool:
    some = [texts[place] for place in probe(np.arange(len(texts)))]
    coded = sum(1 for text in some if " " not in text.strip() and any(character.isdigit() for character in text))
    return coded > 0.8 * len(some)
