"""Labels that columns say: one column, two columns that mark shipments, or a delay in numbers."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray

from delay_core.schema_inference import vocabulary
from delay_core.schema_inference.profiling.column_profile import ColumnProfile
from delay_core.schema_inference.profiling.value_counts import format_share

Outcome = NDArray[np.float64]
"""[rows]: 1 late, 0 on time, NaN unknown."""

_MAX_LABEL_VALUES = 8
_MIN_MARKED_SHARE = 0.5
"""Two columns that mark shipments make a label if at least this share of rows has one of the marks."""
_MAX_CONTRADICTIONS = 0.001
_MIN_DELAYS = 5
"""A delay in numbers has at least so many distinct values."""


@dataclass(frozen=True)
class LabelColumn:
    """A column that says late or on time.

    `late`, `on_time`: its values that mean so, empty if they are 1 and 0; `other_values`: those that mean neither.
    `rank`: the least is the likeliest label. `question`: what the header leaves in doubt.
    """

    column: str
    late: tuple[str, ...]
    on_time: tuple[str, ...]
    other_values: tuple[str, ...]
    outcome: Outcome
    evidence: str
    rank: tuple[int, int]
    question: str = ""


@dataclass(frozen=True)
class FlagPair:
    """Two columns: `late_mark` in the first marks late shipments, `on_time_mark` in the second those on time."""

    late_column: str
    on_time_column: str
    late_mark: str
    on_time_mark: str
    outcome: Outcome
    evidence: str


@dataclass(frozen=True)
class DelayColumn:
    """A numeric column with the delay; `unit` is empty if the header does not say it."""

    column: str
    unit: str
    outcome: Outcome
    evidence: str


def says_late(value: str) -> bool | None:
    """Whether a value means late (True) or on time (False); None if it has other words too."""
    late, on_time = vocabulary.LATE.first_match(value), vocabulary.ON_TIME.first_match(value)
    rest = value
    for words in (vocabulary.LATE, vocabulary.ON_TIME, vocabulary.NEGATION, vocabulary.FILLER):
        rest = words.remove_from(rest)
    if bool(late) == bool(on_time) or rest:
        return None
    return bool(late) != bool(vocabulary.NEGATION.first_match(value))


def header_says_late(header: str) -> bool | None:
    """Whether a header names lateness (True) or punctuality (False); None if it names neither, or a past rate."""
    late, on_time = vocabulary.LATE.first_match(header), vocabulary.ON_TIME.first_match(header)
    if bool(late) == bool(on_time) or vocabulary.HISTORICAL.first_match(header):
        return None
    return bool(late) != bool(vocabulary.NEGATED.first_match(header))


def detect_label_column(column: ColumnProfile) -> LabelColumn | None:
    """The column as a label, if its header says late, on time or label, or its values say late and on time."""
    if column.kind not in ("numeric", "text") or not 2 <= column.distinct <= _MAX_LABEL_VALUES:
        return None
    late_in_header, named_label = header_says_late(column.name), vocabulary.LABEL.matches_all(column.name)
    in_header = late_in_header is not None
    two_valued = column.distinct == 2
    texts = [text for text, _ in column.texts]
    meanings = [says_late(text) for text in texts]
    if not (True in meanings and False in meanings):
        meanings = _meanings_by_header(texts, late_in_header is not False)
        if not (in_header or named_label) or not two_valued or set(meanings) != {True, False}:
            return None
        evidence = f"header mentions being {'late' if late_in_header else 'on time'}"
    else:
        evidence = "header and values say it" if in_header else "values say late and on time"
    if named_label:
        evidence = f"header says {column.name!r}; {texts[meanings.index(True)]} is considered late: check"
    is_zero_or_one = column.kind == "numeric" and texts[meanings.index(True)].removesuffix(".0") == "1"
    by_meaning = {
        which: tuple(text for text, meaning in zip(texts, meanings, strict=True) if meaning is which)
        for which in (True, False, None)
    }
    other_words = (vocabulary.LATE if late_in_header else vocabulary.ON_TIME).remove_from(column.name).split()
    return LabelColumn(
        column.name,
        late=() if is_zero_or_one else by_meaning[True],
        on_time=() if is_zero_or_one else by_meaning[False],
        other_values=by_meaning[None],
        outcome=_outcome(column, meanings),
        evidence=evidence,
        rank=(0 if in_header and two_valued else 1 if two_valued else 2, len(other_words)),
        question=_punctuality_question(column) if late_in_header is False else "",
    )


def _punctuality_question(column: ColumnProfile) -> str:
    """Which of 0 and 1 is late, under a header that says on time: some tables write 1 for shipments that are not."""
    shares = {text.removesuffix(".0"): rows / column.present_rows for text, rows in column.texts}
    if shares.keys() != {"0", "1"}:
        return ""
    values = " and ".join(f"{value} in {format_share(shares[value])}" for value in ("0", "1"))
    return (
        f"the column is {values} of rows, and the draft considers 0 late. Which one is late? Some tables with such a "
        "header write 1 for not on time: then exchange the values of late and on_time"
    )


def detect_flag_pair(columns: Sequence[ColumnProfile]) -> FlagPair | None:
    """Two columns that mark late and punctual shipments, hardly ever the same one."""
    marks = {column.name: mark for column in columns if (mark := _mark(column))}
    named = [(column, header_says_late(column.name)) for column in columns if column.name in marks]
    late_columns = [column for column, says in named if says is True]
    on_time_columns = [column for column, says in named if says is False]
    for late, on_time in product(late_columns, on_time_columns):
        is_late, is_on_time = _is_marked(late, marks[late.name]), _is_marked(on_time, marks[on_time.name])
        marked = (is_late | is_on_time).mean()
        if (is_late & is_on_time).mean() > _MAX_CONTRADICTIONS or marked < _MIN_MARKED_SHARE:
            continue
        outcome = np.where(is_late, 1.0, np.where(is_on_time, 0.0, np.nan))
        if is_late.any() and is_on_time.any():
            evidence = f"the two columns exclude each other; one of them marks {marked:.0%} of rows"
            return FlagPair(late.name, on_time.name, marks[late.name], marks[on_time.name], outcome, evidence)
    return None


def detect_delays(columns: Sequence[ColumnProfile]) -> Iterator[DelayColumn]:
    """Columns of delays in numbers, the likeliest first: those of the arrival before those of the departure."""
    delays = [column for column in columns if column.kind == "numeric" and header_says_late(column.name)]
    for column in sorted(delays, key=lambda column: bool(vocabulary.DISPATCHED.first_match(column.name))):
        numbers = column.row_numbers
        outcome = np.where(np.isnan(numbers), np.nan, (numbers > 0).astype(np.float64))
        if column.distinct >= _MIN_DELAYS and np.nanmin(outcome) != np.nanmax(outcome):
            late = vocabulary.LATE.first_match(column.name)
            unit = next((unit for unit, words in vocabulary.DELAY_UNITS.items() if words.first_match(column.name)), "")
            yield DelayColumn(
                column.name, unit, outcome, f"header mentions {late!r}, values are numbers above and at 0"
            )


def _meanings_by_header(texts: Sequence[str], late_is_true: bool) -> list[bool | None]:
    """What each value means if the header says the rest: yes and no, 1 and 0, R and G."""
    truth = [_parse_boolean(text) for text in texts]
    if set(truth) == {True, False}:
        return [value == late_is_true for value in truth]
    return [_parse_mark(text) for text in texts]


def _parse_mark(text: str) -> bool | None:
    if vocabulary.LATE_MARKS.matches_all(text):
        return True
    return False if vocabulary.ON_TIME_MARKS.matches_all(text) else None


def _parse_boolean(text: str) -> bool | None:
    text = text.removesuffix(".0")
    if vocabulary.TRUE.matches_all(text):
        return True
    return False if vocabulary.FALSE.matches_all(text) else None


def _outcome(column: ColumnProfile, meanings: Sequence[bool | None]) -> Outcome:
    outcome = np.full(len(column.present), np.nan)
    outcome[np.flatnonzero(column.present)] = [np.nan if meaning is None else float(meaning) for meaning in meanings]
    return column.values.broadcast_to_rows(outcome, np.nan)


def _mark(column: ColumnProfile) -> str:
    """The value that marks a shipment: the only one of a column with gaps, or the true one of two; else empty."""
    if column.kind not in ("numeric", "text") or header_says_late(column.name) is None:
        return ""
    texts = [text for text, _ in column.texts]
    if len(texts) == 1 and column.missing_share > 0:
        return texts[0]
    truth = {_parse_boolean(text): text for text in texts}
    return truth[True] if len(texts) == 2 and set(truth) == {True, False} else ""


def _is_marked(column: ColumnProfile, mark: str) -> NDArray[np.bool_]:
    is_mark = np.array([text == mark for text in column.values.texts], dtype=bool)
    return column.values.broadcast_to_rows(is_mark, fill=False)
