"""Whether a column is a number to reckon with, a category, an identifier, or nothing to learn from."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np

from delay_core.schema_inference import vocabulary as v
from delay_core.schema_inference.look import Look
from delay_core.schema_inference.profile import probe
from delay_core.schema_inference.words import plain

_FEW = 20
"""So many distinct values make no identifier, whatever the header says."""
_MANY = 1000
"""From so many on, a column whose header says so is an identifier, however often each value stands."""


@dataclass(frozen=True)
class Role:
    """A column's role and why, in a few words."""

    name: Literal["numeric", "categorical", "timestamp", "identifier", "ignored"]
    why: str = ""


def role(look: Look) -> Role:
    """The role that a column's values and header suggest."""
    useless = next(filter(None, _useless(look)), "")
    if useless:
        return Role("ignored", useless)
    if look.kind == "timestamp":
        return Role("timestamp")
    return _of_number(look) if look.kind == "numeric" else _of_text(look)


def _useless(look: Look) -> Iterator[str]:
    """Why nothing can be learned from the column; empty where one reason does not hold."""
    if look.personal:
        yield f"{look.why}; dropped at ingestion"
    if look.foreign is not None:
        sign = {",": "comma", ".": "point"}[look.foreign.decimal]
        yield f"numbers in another style (decimal {sign}) than the rest of the table; rewrite them"
    yield "no value in any row" if look.kind == "empty" else ""
    yield "lists or mappings, which are neither text nor numbers" if look.profile.nested else ""
    free = v.FREE_TEXT.word_in(look.name) if look.kind == "text" else ""
    yield f"header says {free!r}: free text" if free else ""
    yield "one and the same value in all rows" if look.distinct == 1 and look.missing_share == 0 else ""


def says_id(header: str) -> str:
    """The word by which a header speaks of an identifier; empty where it counts something: `number of items`."""
    if re.search(r"\b(number|num|no|nr|nombre|nb) (of|de)\b|^(num|no|nb) |\banzahl", plain(header)):
        return ""
    return v.ID.word_in(header)


def _ratio(look: Look) -> float:
    return look.distinct / max(look.present_rows, 1)


def _of_number(look: Look) -> Role:
    values = look.numbers if look.numbers is not None else np.array([])
    values = values[~np.isnan(values)]
    if not np.array_equal(values, np.round(values)) or look.strip:
        return Role("numeric")
    steps = np.diff(np.sort(values))
    running = len(steps) > _FEW and _ratio(look) == 1 and (steps == 1).mean() > 0.9
    coded = says_id(look.name) or v.CODE.word_in(look.name)
    if coded and look.distinct > _FEW and (_ratio(look) > 0.1 or look.distinct > _MANY):
        return Role("identifier", f"header says {coded!r}, {look.distinct:,} values")
    if running:
        return Role("identifier", "a running number")
    if coded and look.distinct > 1:
        return Role("categorical", f"header says {coded!r}: a code, no number to reckon with")
    return Role("numeric")


def _of_text(look: Look) -> Role:
    ratio, distinct = _ratio(look), look.distinct
    coded, least = says_id(look.name), 0.2 if v.CODE.word_in(look.name) else 0.1
    if coded and distinct > _FEW and (ratio > least or distinct > _MANY):
        return Role("identifier", f"header says {coded!r}, {distinct:,} values")
    words, lengths, digits = _texture(look)
    differ = distinct > _FEW and ratio > 0.9
    if (distinct > 100 and (words > 4 or lengths > 60)) or (differ and words > 3):
        return Role("ignored", f"long texts, {distinct:,} of them")
    if differ:
        return Role("identifier", "nearly all rows differ")
    if distinct > 50 and ratio > 0.5:
        kind: Literal["identifier", "ignored"] = "identifier" if digits > 0.8 else "ignored"
        return Role(kind, f"hardly two rows share a value: {distinct:,} values")
    return Role("categorical")


def _texture(look: Look) -> tuple[float, float, float]:
    """Mean words, mean length, and the share with digits, of some distinct values."""
    texts = [look.profile.texts[place] for place in probe(np.flatnonzero(look.present))]
    words = [len(text.split()) for text in texts]
    digits = [any(character.isdigit() for character in text) for text in texts]
    return float(np.mean(words)), float(np.mean([len(text) for text in texts])), float(np.mean(digits))
