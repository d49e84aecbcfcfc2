"""Outcomes as people write them in tables: a word, a mark, or a truth value."""

import numpy as np

from delay_core.parsing.values import Mask, Values, equals_any, is_missing

LATE_WORDS = ("late", "true", "yes", "1")
ON_TIME_WORDS = ("on time", "false", "no", "0")


def parse_late(values: Values) -> tuple[Mask, Mask, Mask]:
    """Which values [rows] mean late, on time, and no outcome yet; any other value means neither."""
    absent = is_missing(values, ("",))
    texts = np.array([str(value).strip().lower() for value in values], dtype=object)
    late, on_time = (~absent & equals_any(texts, words) for words in (LATE_WORDS, ON_TIME_WORDS))
    return late, on_time, absent
