"""Texts that stand where a value is missing, and what they say about why."""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from delay_core.schema_inference.personal import is_one
from delay_core.schema_inference.profile import Mask, Profile

_ALWAYS = frozenset(
    [
        *["n/a", "#n/a", "n.a.", "n. a.", "k.a.", "k. a.", "null", "(null)", "#null!", "nan", "nat", "<na>"],
        *["(blank)", "-", "--", "---", "?", "??", r"\n"],
    ]
)
_AMONG_NUMBERS = frozenset(["none", "na", "nil"])
_MOST = 6
_LONGEST = 60


def means_missing(texts: Sequence[str]) -> Mask:
    """Which texts mean a missing value in any column."""
    return np.array([not (t := text.strip()) or t.casefold() in _ALWAYS for text in texts], dtype=bool)


def means_missing_among_numbers(texts: Sequence[str]) -> Mask:
    """Which texts mean a missing value among numbers or dates; elsewhere `None` may be a value, NA Namibia."""
    return np.array([text.strip().casefold() in _AMONG_NUMBERS for text in texts], dtype=bool)


@dataclass(frozen=True)
class Leftovers:
    """Text in a column of numbers or dates: reason → token, its rows, and which distinct values no token covers."""

    sentinels: dict[str, str]
    rows: dict[str, int]
    unexplained: Mask


def explain(profile: Profile, left: Mask) -> Leftovers:
    """The texts among these distinct values that repeat, or begin alike, as sentinels."""
    families: defaultdict[str, list[int]] = defaultdict(list)
    for place in np.flatnonzero(left & profile.is_text).tolist():
        families[profile.texts[place].strip().split(" ", 1)[0]].append(place)
    found = [token for places in families.values() for token in _tokens(profile, places)]
    found.sort(key=lambda token: (-token.rows, token.text))
    sentinels: dict[str, str] = {}
    rows: dict[str, int] = {}
    unexplained = left.copy()
    for token in found[:_MOST]:
        if token.reason not in sentinels:
            sentinels[token.reason], rows[token.reason] = token.text, token.rows
            unexplained[token.places] = False
    return Leftovers(sentinels, rows, unexplained)


@dataclass(frozen=True)
class _Token:
    text: str
    rows: int
    places: list[int]

    @property
    def reason(self) -> str:
        return " ".join(self.text.replace("*", "other").casefold().split())


def _tokens(profile: Profile, places: list[int]) -> Iterator[_Token]:
    """Texts with the same first word: one token where they are many, else each that repeats."""
    words = [profile.texts[place].split(" ") for place in places]
    if len(places) > 3 and len(words[0][0]) >= 3 and words[0][0].isalpha():
        columns = enumerate(zip(*words, strict=False))
        shared = next((n for n, column in columns if len(set(column)) > 1), min(map(len, words)))
        stem = " ".join(words[0][:shared])
        yield _Token(f"{stem} *", int(profile.counts[places].sum()), places)
        return
    for place in places:
        text, rows = profile.texts[place], int(profile.counts[place])
        worded = re.search(r"[^\W\d_]", text) is not None
        if rows >= (2 if worded else 3) and _may_be_a_token(text):
            yield _Token(text, rows, [place])


def _may_be_a_token(text: str) -> bool:
    """Whether a text that is no number or date may mean that there is none; `12 lb` and `31/02/24` may not."""
    written = re.match(r"\s*[+-]?\d", text) is not None and re.search(r"[1-9]", text) is not None
    return text.isprintable() and len(text) <= _LONGEST and not written and not is_one(text)
