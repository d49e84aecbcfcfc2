"""Columns that say late or on time outright: 0 and 1, yes and no, or in words."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from delay_core.schema_inference import vocabulary as v
from delay_core.schema_inference.look import Look

_MOST = 8


@dataclass(frozen=True)
class Flag:
    """A column, its values that mean late and on time (none where they are 1 and 0), those that mean neither.

    `outcome` [rows]: 1, 0 or NaN; `rank`: how likely it is the label, the least first.
    """

    column: str
    late: tuple[str, ...]
    on_time: tuple[str, ...]
    neither: tuple[str, ...]
    outcome: NDArray[np.float64]
    evidence: str
    rank: tuple[int, int]


def verdict(value: str) -> bool | None:
    """Whether a value by itself says late (True) or on time (False)."""
    late, on_time = v.LATE.word_in(value), v.ON_TIME.word_in(value)
    rest = value
    for words in (v.LATE, v.ON_TIME, v.NOT, v.FILLER):
        rest = words.rest(rest)
    if bool(late) == bool(on_time) or rest:
        return None
    return bool(late) != bool(v.NOT.word_in(value))


def flag(look: Look) -> Flag | None:
    """The column as a label, where its header or its values speak of late or on time."""
    if look.kind not in ("numeric", "text") or not 2 <= look.distinct <= _MOST:
        return None
    late, on_time = v.LATE.word_in(look.name), v.ON_TIME.word_in(look.name)
    values = [value for value, _ in look.values]
    said = [verdict(value) for value in values]
    by_words = True in said and False in said
    header = bool(late) != bool(on_time) and not v.ABOUT_THE_PAST.word_in(look.name)
    if not by_words and (not header or look.distinct != 2):
        return None
    if not by_words:
        said = [_truth(value) for value in values]
        if set(said) != {True, False}:
            return None
        said = [truth == bool(late) for truth in said]
    where = np.flatnonzero(look.present)
    outcome = np.full(len(look.present), np.nan)
    outcome[where] = [np.nan if one is None else float(one) for one in said]
    texts = [[value for value, one in zip(values, said, strict=True) if one is which] for which in (True, False, None)]
    plain = bool(late) and look.kind == "numeric"
    evidence = f"header speaks of being {'late' if late else 'on time'}" if header else "values say late and on time"
    exact = look.distinct == 2
    rank = (0 if header and exact else 1 if exact else 2, len((v.LATE if late else v.ON_TIME).rest(look.name).split()))
    lists = ((), ()) if plain else (tuple(texts[0]), tuple(texts[1]))
    return Flag(look.name, *lists, tuple(texts[2]), look.profile.spread(outcome, np.nan), evidence, rank)


def _truth(value: str) -> bool | None:
    number = value.removesuffix(".0")
    if v.TRUE.is_all_of(number):
        return True
    return False if v.FALSE.is_all_of(number) else None
