"""The role of a column: a quantity, a category, a timestamp, an identifier, or ignored."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np

from delay_core.schema_inference import vocabulary
from delay_core.schema_inference.profiling.column_profile import ColumnProfile
from delay_core.schema_inference.profiling.value_counts import sample_evenly
from delay_core.schema_inference.vocabulary import normalize

_MAX_CATEGORIES = 20
"""A column with at most this many distinct values is not an identifier, whatever its header says."""
_MIN_IDENTIFIER_VALUES = 1000
"""With more distinct values, a column whose header says so is an identifier, however often each value repeats."""


@dataclass(frozen=True)
class InferredRole:
    """A column's role, and the reason in a few words."""

    name: Literal["numeric", "categorical", "timestamp", "coordinates", "identifier", "ignored"]
    reason: str = ""


def infer_role(column: ColumnProfile) -> InferredRole:
    """The role that a column's values and header suggest."""
    reason = next(filter(None, _reasons_to_ignore(column)), "")
    if reason:
        return InferredRole("ignored", reason)
    if column.kind == "timestamp":
        return InferredRole("timestamp")
    return _role_of_numbers(column) if column.kind == "numeric" else _role_of_texts(column)


def find_id_word(header: str) -> str:
    """The word for an identifier in a header; empty if it is a count, such as `number of items`."""
    if re.search(r"\b(number|num|no|nr|nombre|nb) (of|de)\b|^(num|no|nb) |\banzahl", normalize(header)):
        return ""
    return vocabulary.ID.first_match(header)


def _reasons_to_ignore(column: ColumnProfile) -> Iterator[str]:
    """Why a model can learn nothing from the column; empty for each reason that does not apply."""
    if column.is_personal:
        yield f"{column.pii_evidence}; dropped at ingestion"
    if column.other_number_format is not None:
        sign = {",": "comma", ".": "point"}[column.other_number_format.decimal]
        yield f"numbers in another style (decimal {sign}) than the rest of the table; rewrite them"
    yield "no value in any row" if column.kind == "empty" else ""
    yield "lists or mappings, which are neither text nor numbers" if column.values.nested else ""
    free = vocabulary.FREE_TEXT.first_match(column.name) if column.kind == "text" else ""
    yield f"header says {free!r}: free text" if free else ""
    yield "the same value in all rows" if column.distinct == 1 and column.missing_share == 0 else ""


def _distinct_share(column: ColumnProfile) -> float:
    return column.distinct / max(column.present_rows, 1)


def _role_of_numbers(column: ColumnProfile) -> InferredRole:
    numbers = column.numbers if column.numbers is not None else np.array([])
    numbers = numbers[~np.isnan(numbers)]
    if not np.array_equal(numbers, np.round(numbers)) or column.strip:
        return InferredRole("numeric")
    steps = np.diff(np.sort(numbers))
    consecutive = len(steps) > _MAX_CATEGORIES and _distinct_share(column) == 1 and (steps == 1).mean() > 0.9
    word = find_id_word(column.name) or vocabulary.CODE.first_match(column.name)
    varied = _distinct_share(column) > 0.1 or column.distinct > _MIN_IDENTIFIER_VALUES
    if word and column.distinct > _MAX_CATEGORIES and varied:
        return InferredRole("identifier", f"header says {word!r}, {column.distinct:,} values")
    if consecutive:
        return InferredRole("identifier", "a running number")
    if word and column.distinct > 1:
        return InferredRole("categorical", f"header says {word!r}: a code, not a quantity")
    return InferredRole("numeric")


def _role_of_texts(column: ColumnProfile) -> InferredRole:
    share, distinct = _distinct_share(column), column.distinct
    word = find_id_word(column.name)
    min_share = 0.2 if vocabulary.CODE.first_match(column.name) else 0.1
    if word and distinct > _MAX_CATEGORIES and (share > min_share or distinct > _MIN_IDENTIFIER_VALUES):
        return InferredRole("identifier", f"header says {word!r}, {distinct:,} values")
    words, length, with_digits = _text_statistics(column)
    unique = distinct > _MAX_CATEGORIES and share > 0.9
    if (distinct > 100 and (words > 4 or length > 60)) or (unique and words > 3):
        return InferredRole("ignored", f"long texts, {distinct:,} of them")
    if unique:
        return InferredRole("identifier", "nearly all rows differ")
    if distinct > 50 and share > 0.5:
        name: Literal["identifier", "ignored"] = "identifier" if with_digits > 0.8 else "ignored"
        return InferredRole(name, f"almost all values are distinct: {distinct:,} values")
    return InferredRole("categorical")


def _text_statistics(column: ColumnProfile) -> tuple[float, float, float]:
    """Mean number of words, mean length, and the share with digits, of a sample of the distinct values."""
    texts = [column.values.texts[index] for index in sample_evenly(np.flatnonzero(column.present))]
    words = [len(text.split()) for text in texts]
    digits = [any(character.isdigit() for character in text) for text in texts]
    return float(np.mean(words)), float(np.mean([len(text) for text in texts])), float(np.mean(digits))
