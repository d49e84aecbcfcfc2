"""Texts that mean a missing value: null tokens, and sentinels, which also say why the value is missing."""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from delay_core.schema_inference.profiling.pii import looks_like_pii
from delay_core.schema_inference.profiling.value_counts import Mask, ValueCounts
from delay_core.source_notes import SPREADSHEET_ERRORS

_NULL_TOKENS = frozenset(
    [
        *["n/a", "n.a.", "n. a.", "k.a.", "k. a.", "null", "(null)", "nan", "nat", "<na>"],
        *["(blank)", "-", "--", "---", "?", "??", r"\n"],
        *map(str.casefold, SPREADSHEET_ERRORS),
    ]
)
_NULL_TOKENS_AMONG_NUMBERS = frozenset(["none", "na", "nil"])
_MAX_SENTINELS = 6
_MAX_SENTINEL_LENGTH = 60


def is_null(texts: Sequence[str]) -> Mask:
    """Which texts [values] mean a missing value in any column."""
    return np.array([not (text := raw.strip()) or text.casefold() in _NULL_TOKENS for raw in texts], dtype=bool)


def is_null_among_numbers(texts: Sequence[str]) -> Mask:
    """Which texts [values] mean a missing value among numbers or dates; in texts, `None` and `NA` may be values."""
    return np.array([text.strip().casefold() in _NULL_TOKENS_AMONG_NUMBERS for text in texts], dtype=bool)


@dataclass(frozen=True)
class Sentinels:
    """`tokens`: reason → text; `rows`: reason → rows; `unexplained` [values]: unparsed and covered by no token."""

    tokens: dict[str, str]
    rows: dict[str, int]
    unexplained: Mask


def find_sentinels(values: ValueCounts, unparsed: Mask) -> Sentinels:
    """The unparsed texts of a column of numbers or dates that repeat, or begin with the same words."""
    by_first_word: defaultdict[str, list[int]] = defaultdict(list)
    for index in np.flatnonzero(unparsed & values.is_text).tolist():
        by_first_word[values.texts[index].strip().split(" ", 1)[0]].append(index)
    candidates = [token for indices in by_first_word.values() for token in _candidates(values, indices)]
    candidates.sort(key=lambda token: (-token.rows, token.text))
    tokens: dict[str, str] = {}
    rows: dict[str, int] = {}
    unexplained = unparsed.copy()
    for token in candidates[:_MAX_SENTINELS]:
        if token.reason not in tokens:
            tokens[token.reason], rows[token.reason] = token.text, token.rows
            unexplained[token.indices] = False
    return Sentinels(tokens, rows, unexplained)


@dataclass(frozen=True)
class _Candidate:
    text: str
    rows: int
    indices: list[int]

    @property
    def reason(self) -> str:
        return " ".join(self.text.replace("*", "other").casefold().split())


def _candidates(values: ValueCounts, indices: list[int]) -> Iterator[_Candidate]:
    """Texts with the same first word: one token with `*` if they are many, else each text that repeats."""
    words = [values.texts[index].split(" ") for index in indices]
    if len(indices) > 3 and len(words[0][0]) >= 3 and words[0][0].isalpha():
        columns = enumerate(zip(*words, strict=False))
        common = next((n for n, column in columns if len(set(column)) > 1), min(map(len, words)))
        prefix = " ".join(words[0][:common])
        yield _Candidate(f"{prefix} *", int(values.counts[indices].sum()), indices)
        return
    for index in indices:
        text, rows = values.texts[index], int(values.counts[index])
        has_letters = re.search(r"[^\W\d_]", text) is not None
        if rows >= (2 if has_letters else 3) and _can_be_sentinel(text):
            yield _Candidate(text, rows, [index])


def _can_be_sentinel(text: str) -> bool:
    """Whether a text that did not parse may mean a missing value; `12 lb` and `31/02/24` are mistyped values."""
    if text.strip("0") == "":
        return True
    mistyped = re.match(r"\s*[+-]?\d", text) is not None and re.search(r"[1-9]", text) is not None
    return text.isprintable() and len(text) <= _MAX_SENTINEL_LENGTH and not mistyped and not looks_like_pii(text)
