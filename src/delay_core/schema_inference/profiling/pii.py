"""Personal data (PII): detected by headers, and by values such as e-mail addresses, telephone numbers and names."""

import re
from collections.abc import Sequence

from delay_core.schema_inference.profiling import pii_words
from delay_core.schema_inference.profiling.first_names import FIRST_NAMES
from delay_core.schema_inference.profiling.value_counts import ValueCounts, sample_texts
from delay_core.schema_inference.vocabulary import FALSE, ID, ON_TIME, TRUE

_EMAIL = re.compile(r"[^\s@,;<>]+@[^\s@,;<>]+\.[^\W\d_]{2,}")
_PHONE = re.compile(r"(?:\+|00?|\()[\d ()/.\-]{6,}|\d{3}[-. ]\d{3}[-. ]\d{4}")
_TAX_NUMBER = re.compile(
    r"\d{3}\.\d{3}\.\d{3}-\d{2}|\d{2}\.\d{3}\.\d{3}/\d{4}-\d{2}|\d{3}-\d{2}-\d{4}|\d{8}-?[A-HJ-NP-TV-Z]"
    r"|(?:DE|FR|ES|PT|IT|AT|BE|NL|PL|GB)(?:[A-Z0-9]{2})?\d{8,9}(?:B\d{2})?"
)
"""CPF, CNPJ, SSN, NIF, and VAT numbers of the European Union."""
_POSTAL_VALUE = re.compile(
    r"[A-Z]{1,2}\d[A-Z\d]? \d[A-Z]{2}|[A-Z]\d[A-Z] \d[A-Z]\d|\d{4} [A-Z]{2}|\d{5}-\d{3}|\d{4}-\d{3}"
)
"""Postal codes that no other code looks like: British, Canadian, Dutch, Brazilian and Portuguese ones."""
_STREET = re.compile(
    r"(?i)[^\W\d_][^\d,]*(?:stra(?:ß|ss)e|str\.|weg|allee|gasse|platz|street|st\.?|road|rd\.?|avenue|ave\.?|lane|drive)"
    r"\s+\d+.*|\d+\s*[a-z]?,?\s+.*\b(?:street|st|road|rd|avenue|ave|lane|drive|rue|boulevard|bd)\b.*"
    r"|(?:calle|avenida|av\.|plaza|rue|via|paseo|rua|travessa|praça|alameda)\s+[^\d]+,?\s*\d+.*"
)
_IBAN = re.compile(r"[A-Z]{2}\d{2}(?: ?[A-Z0-9]){11,30}")
_NAME = re.compile(
    r"(?:[^\W\d_a-z][^\W\d_A-Z]+(?:[-' ][^\W\d_a-z][^\W\d_A-Z]*\.?)*,? [^\W\d_a-z][^\W\d_A-Z]+)(?:-[^\W\d_]+)?"
)
_MIN_PII_SHARE = 0.4
"""A column is personal data if more than this share of its values looks like it."""
_MIN_POSTAL_SHARE = 0.9
_MIN_FIRST_NAMES = 0.4
"""The share of values like names that begin or end with a frequent first name, if the header names no person."""


def pii_evidence(values: ValueCounts, *, dates: bool, numbers: bool) -> str:
    """Why the column is personal data, without any of its values; empty if it is not.

    `dates`, `numbers`: whether the values parse as such.
    """
    emails = _email_evidence(values)
    if emails:
        return emails
    if len(values.texts) < 4 and all(TRUE.matches_all(text) or FALSE.matches_all(text) for text in values.texts):
        return ""
    in_header = _header_evidence(values, dates=dates, numbers=numbers)
    if in_header or dates:
        return in_header
    is_code = numbers or bool(ID.first_match(values.name))
    return _value_evidence(values.texts, is_code=is_code) or _name_evidence(values)


def looks_like_pii(text: str) -> bool:
    """Whether a single text looks like an address, a telephone number or an account number."""
    return any(pattern.search(text) for pattern in (_EMAIL, _STREET, _IBAN)) or _PHONE.fullmatch(text) is not None


def look_like_names(texts: Sequence[str]) -> bool:
    """Whether the values may be names of people: mostly two or three capitalized words, none a logistics term."""
    sample = [text.strip() for text in sample_texts(texts)]
    matches = sum(1 for text in sample if _NAME.fullmatch(text) and len(text.split()) <= 3)
    if not texts or matches < 0.6 * len(sample):
        return False
    return not any(pii_words.LOGISTICS_TERMS.first_match(text) or ON_TIME.first_match(text) for text in sample)


def _email_evidence(values: ValueCounts) -> str:
    """How many values hold an e-mail address, with a masked one; a few are enough to drop the column."""
    if not _EMAIL.search("\n".join(values.texts)):
        return ""
    addresses = [(index, match[0]) for index, text in enumerate(values.texts) if (match := _EMAIL.search(text))]
    rows = int(values.counts[[index for index, _ in addresses]].sum())
    address = addresses[0][1]
    example = f"{address[0]}…@….{address.rpartition('.')[2]}"
    evidence = f"{rows:,} of {values.rows:,} rows {'has' if rows == 1 else 'have'} an e-mail address, such as {example}"
    if rows > _MIN_PII_SHARE * values.rows:
        return evidence
    return f"{evidence}; if no other value is personal, remove {'it' if rows == 1 else 'them'} and use the column"


def _name_evidence(values: ValueCounts) -> str:
    if pii_words.PERSON_EXCEPTIONS.first_match(values.name) or not look_like_names(values.texts):
        return ""
    sample = [text.split() for text in sample_texts(values.texts)]
    known = sum(1 for words in sample if words and {words[0].casefold().strip(","), words[-1].casefold()} & FIRST_NAMES)
    return "its values look like names of people" if known >= _MIN_FIRST_NAMES * len(sample) else ""


def _header_evidence(values: ValueCounts, *, dates: bool, numbers: bool) -> str:
    header = values.name
    birth = pii_words.BIRTH.first_match(header)
    if birth:
        return f"header says {birth!r}"
    postal = pii_words.POSTAL_CODE.first_match(header)
    if postal and not dates and not pii_words.POSTAL_EXCEPTIONS.first_match(header):
        return f"header says {postal!r}: a postal code"
    always = pii_words.ALWAYS_PII.first_match(header)
    if always and not dates and not pii_words.PII_EXCEPTIONS.first_match(header):
        return f"header says {always!r}"
    person = pii_words.PERSON_TERMS.first_match(header)
    other = pii_words.CONSIGNEE.remove_from(header)
    if not person or dates or numbers or pii_words.PERSON_EXCEPTIONS.first_match(other) or _are_codes(values.texts):
        return ""
    return f"header says {person!r}"


def _value_evidence(texts: Sequence[str], *, is_code: bool) -> str:
    """What most values look like; among numbers and codes, only a leading + makes a telephone number."""
    sample = [text.strip() for text in sample_texts(texts)]
    matches = {
        "telephone numbers": sum(1 for text in sample if _is_phone(text) and (text[0] == "+" or not is_code)),
        "streets": sum(1 for text in sample if _STREET.fullmatch(text)),
        "tax numbers": sum(1 for text in sample if _TAX_NUMBER.fullmatch(text) and not is_code),
        "IBANs": sum(1 for text in sample if _IBAN.fullmatch(text)),
    }
    if not is_code and sum(1 for text in sample if _POSTAL_VALUE.fullmatch(text)) > _MIN_POSTAL_SHARE * len(sample):
        return "its values look like postal codes"
    kind = next((kind for kind, count in matches.items() if count > _MIN_PII_SHARE * len(sample)), None)
    return f"its values look like {kind}" if kind else ""


def _is_phone(text: str) -> bool:
    if _PHONE.fullmatch(text) is None or not 7 <= sum(character.isdigit() for character in text) <= 15:
        return False
    return text.startswith("+") or re.search(r"\d[ /()\-]+\d", text) is not None


def _are_codes(texts: Sequence[str]) -> bool:
    sample = sample_texts(texts)
    codes = sum(1 for text in sample if " " not in text.strip() and any(character.isdigit() for character in text))
    return codes > 0.8 * len(sample)
