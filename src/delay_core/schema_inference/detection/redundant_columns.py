"""Columns that say nothing of their own: row numbers, parts of a timestamp, and repetitions of another column."""

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from functools import cache

import numpy as np
import pandas as pd

from delay_core.schema_inference.detection.column_roles import InferredRole, find_id_word
from delay_core.schema_inference.profiling.column_profile import ColumnProfile
from delay_core.schema_inference.profiling.date_formats import Timestamps
from delay_core.schema_inference.profiling.table_profile import TableProfile
from delay_core.schema_inference.profiling.value_counts import Integers
from delay_core.schema_inference.vocabulary import Vocabulary, normalize

_INDEX = re.compile(
    r"(?:unnamed(?: \d+)?(?: level \d+)?|index|idx|level \d+|row(?: (?:number|no|nr|num|id))?|rownum|lfd(?: nr)?)?"
)
"""Headers, normalized, of row numbers that programs write beside a table."""
_MIN_ROWS = 20
_MIN_EQUAL_SHARE = 0.99
"""A column is a part of a timestamp if it equals it in at least this share of rows."""
_MIN_RARE_ROWS = 3
"""Two columns repeat each other if their second most frequent value has at least so many rows: fewer may be chance."""
_MAX_CODE_LENGTH = 3
"""Values of at most so many characters, such as DE and FR, are codes."""
_MISSING_DIGITS = 6
_MONTHS = (
    *(("january", "jan", "januar", "janvier", "janv", "enero", "ene", "janeiro"),),
    *(("february", "feb", "februar", "fevrier", "fevr", "febrero", "fevereiro", "fev"),),
    *(
        ("march", "mar", "marz", "maerz", "mrz", "mars", "marzo", "marco"),
        ("april", "apr", "avril", "avr", "abril", "abr"),
    ),
    *(("may", "mai", "mayo", "maio"), ("june", "jun", "juni", "juin", "junio", "junho")),
    *(("july", "jul", "juli", "juillet", "juil", "julio", "julho"), ("august", "aug", "aout", "agosto", "ago")),
    *(("september", "sep", "sept", "septembre", "septiembre", "setembro", "set"),),
    *(("october", "oct", "oktober", "okt", "octobre", "octubre", "outubro", "out"),),
    *(("november", "nov", "novembre", "noviembre", "novembro"),),
    *(("december", "dec", "dezember", "dez", "decembre", "diciembre", "dic", "dezembro"),),
)
_WEEKDAYS = (
    ("monday", "mon", "montag", "mo", "lundi", "lun", "lunes", "segunda feira", "segunda", "seg"),
    ("tuesday", "tue", "tues", "dienstag", "di", "mardi", "mar", "martes", "terca feira", "terca", "ter"),
    ("wednesday", "wed", "mittwoch", "mi", "mercredi", "mer", "miercoles", "mie", "quarta feira", "quarta", "qua"),
    ("thursday", "thu", "thur", "thurs", "donnerstag", "do", "jeudi", "jeu", "jueves", "jue", "quinta feira", "qui"),
    ("friday", "fri", "freitag", "fr", "vendredi", "ven", "viernes", "vie", "sexta feira", "sexta", "sex"),
    ("saturday", "sat", "samstag", "sonnabend", "sa", "samedi", "sam", "sabado", "sab"),
    ("sunday", "sun", "sonntag", "so", "dimanche", "dim", "domingo", "dom"),
)
_MONTH_NUMBERS = {name: number for number, names in enumerate(_MONTHS, 1) for name in names}
_WEEKDAY_NUMBERS = {name: number for number, names in enumerate(_WEEKDAYS) for name in names}
_CALENDAR_WORDS = Vocabulary(
    "year month day weekday dow week quarter hour weekend jahr monat tag wochentag woche quartal stunde annee mois",
    "jour semaine trimestre heure ano mes dia semana hora fin_de_semana yr mth qtr hr wday yday dayofweek",
    "dayofmonth kw",
)
"""Words for parts of dates; a number without one may equal a part by chance only in few rows."""


def find_redundant_columns(
    table: TableProfile, roles: Mapping[str, InferredRole], protected: Collection[str]
) -> dict[str, str]:
    """Column → why it is ignored. `protected` columns are of use as they are, and never ignored.

    Of columns that repeat each other, the most useful is kept: see `_usefulness`.
    """
    considered = [
        column
        for name, column in table.columns.items()
        if roles[name].name != "ignored" and not column.values.nested and table.rows >= _MIN_ROWS
    ]
    timestamps = {name: column for name, column in table.columns.items() if column.dates is not None}
    parts = cache(lambda name: dict(_parts(timestamps[name].row_timestamps)))
    redundant: dict[str, str] = {}
    originals: dict[bytes, list[ColumnProfile]] = {}
    for column in sorted(considered, key=lambda column: _usefulness(column, roles[column.name], protected)):
        partition = _partition(column)
        same = originals.setdefault(partition, [])
        reasons = (_is_index(column), _repeats(column, same, roles), _is_calendar_part(column, timestamps, parts))
        reason = next(filter(None, reasons), "")
        if reason and column.name not in protected:
            redundant[column.name] = reason
        else:
            same.append(column)
    return redundant


def _usefulness(
    column: ColumnProfile, role: InferredRole, protected: Collection[str]
) -> tuple[bool, bool, float, bool, int]:
    """The least is the most useful; equally useful columns stay in the table's order.

    A protected column; one that is no identifier by its values or its header; fewer missing values; words, which people
    read in reasons and in the model card, before codes; shorter values.
    """
    texts = [text for text, _ in column.texts]
    are_words = column.kind == "text" and not any(character.isdigit() for text in texts for character in text)
    is_id = role.name == "identifier" or bool(find_id_word(column.name))
    missing = round(column.missing_share, _MISSING_DIGITS)
    is_code = not are_words or all(len(text) <= _MAX_CODE_LENGTH for text in texts)
    return column.name not in protected, is_id, missing, is_code, sum(map(len, texts))


def _is_index(column: ColumnProfile) -> str:
    """A running number from 0 or 1 under a header that says no more."""
    if column.numbers is None or not _INDEX.fullmatch(normalize(column.name).strip()):
        return ""
    numbers = column.row_numbers
    start = numbers[0]
    running = start in (0, 1) and np.array_equal(numbers, np.arange(len(numbers)) + start)
    return "a running row number, which says nothing of the shipment" if running else ""


def _repeats(column: ColumnProfile, same: list[ColumnProfile], roles: Mapping[str, InferredRole]) -> str:
    """An earlier column with the same values, or with others that stand for the same rows."""
    for other in same:
        if _are_equal(column, other):
            return f"equals {other.name} in all rows that were read"
        kinds = {roles[column.name].name, roles[other.name].name}
        repeated = (
            column.distinct <= column.present_rows / 2 and column.values.counts[column.present].min() >= _MIN_RARE_ROWS
        )
        if kinds <= {"categorical", "identifier"} and column.distinct > 1 and repeated:
            return f"repeats {other.name}: each value of one has one of the other, in all rows that were read"
    return ""


def _partition(column: ColumnProfile) -> bytes:
    """Which rows share a value, whatever it is."""
    codes, _ = pd.factorize(column.row_codes, use_na_sentinel=False)
    return codes.astype(np.int32).tobytes() + (column.row_codes < 0).tobytes()


def _are_equal(one: ColumnProfile, other: ColumnProfile) -> bool:
    if one.dates is not None and other.dates is not None:
        return np.array_equal(one.row_timestamps, other.row_timestamps, equal_nan=True)
    if one.numbers is not None and other.numbers is not None:
        return np.array_equal(one.row_numbers, other.row_numbers, equal_nan=True)
    return _row_texts(one) == _row_texts(other)


def _row_texts(column: ColumnProfile) -> list[str]:
    return ["" if code < 0 else column.values.texts[code].strip() for code in column.row_codes]


def _is_calendar_part(
    column: ColumnProfile, timestamps: Collection[str], parts: Callable[[str], dict[str, Integers]]
) -> str:
    """A part of one of the timestamps: the calendar of the schema makes it from there."""
    if column.kind not in ("numeric", "text") or column.distinct < 2 or column.missing_share > 1 - _MIN_EQUAL_SHARE:
        return ""
    numbers = dict(_calendar_numbers(column))
    if not numbers or (column.numbers is not None and not _CALENDAR_WORDS.first_match(column.name)):
        return ""
    for timestamp in timestamps:
        for part, values in parts(timestamp).items():
            row_numbers = numbers.get(part.split(" ")[0], numbers.get("number"))
            if row_numbers is not None and (row_numbers == values).mean() >= _MIN_EQUAL_SHARE:
                return f"the {part} of {timestamp}: a calendar of the schema has it"
    return ""


def _calendar_numbers(column: ColumnProfile) -> Iterator[tuple[str, Integers]]:
    """The values of each row as numbers; names of months and weekdays as what they name."""
    if column.numbers is not None:
        yield "number", np.nan_to_num(column.row_numbers, nan=-1).astype(np.int64)
        return
    words = [normalize(text) for text in column.values.texts]
    for part, names in (("month", _MONTH_NUMBERS), ("weekday", _WEEKDAY_NUMBERS)):
        numbers = np.array([names.get(word, -1) for word in words], dtype=np.int64)
        if (numbers[column.present] >= 0).all():
            yield part, column.values.broadcast_to_rows(numbers, -1)
    digits = [re.fullmatch(r"q?\s*(\d{1,4})", text.strip().casefold()) for text in column.values.texts]
    if all(match for match, present in zip(digits, column.present, strict=True) if present):
        numbers = np.array([int(match[1]) if match else -1 for match in digits], dtype=np.int64)
        yield "number", column.values.broadcast_to_rows(numbers, -1)


def _parts(timestamps: Timestamps) -> Iterator[tuple[str, Integers]]:
    """The parts of each timestamp, in the ways in which they are numbered; -2 for none."""
    fields = pd.DatetimeIndex(timestamps)
    weekday = fields.weekday.to_numpy()
    parts = {
        "year": fields.year,
        "month": fields.month,
        "day": fields.day,
        "hour": fields.hour,
        "quarter": fields.quarter,
        "week": fields.isocalendar().week.to_numpy(dtype=np.float64, na_value=np.nan),
        "day of the year": fields.dayofyear,
        "weekday": weekday,
        "weekday from 1 (Monday)": weekday + 1,
        "weekday from 0 (Sunday)": (weekday + 1) % 7,
        "weekday from 1 (Sunday)": (weekday + 1) % 7 + 1,
        "weekend": np.where(weekday >= 5, 1, 0),
    }
    known = ~np.isnat(timestamps)
    for name, values in parts.items():
        numbers = np.full(len(timestamps), -2, dtype=np.int64)
        numbers[known] = np.asarray(values)[known].astype(np.int64)
        yield name, numbers
