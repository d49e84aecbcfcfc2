"""Parsing: values as tables and requests write them become canonical arrays; no schema is known here.

A name loads its module, and pandas with it, when it is first used.
"""

from typing import TYPE_CHECKING

from delay_core.lazy_exports import lazy_exports

if TYPE_CHECKING:
    from delay_core.parsing.axis_order import AxisOrder
    from delay_core.parsing.column_result import BrokenRule, Canonical, ColumnResult, unreadable_rule
    from delay_core.parsing.coordinates import parse_coordinates
    from delay_core.parsing.date_parts import compose_times
    from delay_core.parsing.fast_parsers import Parsed, Parser, number_parser, text_parser, time_parser
    from delay_core.parsing.local_time import NO_TIME, LocalClock
    from delay_core.parsing.number_format import move_sign_first, number_pattern, to_plain
    from delay_core.parsing.sentinels import apply_sentinels
    from delay_core.parsing.timestamps import MAX_MOMENT, MIN_MOMENT, ParsedTimes, TimeReading, instant, parse_times
    from delay_core.parsing.values import (
        Mask,
        Values,
        are_inexact,
        equals_any,
        fill_empty,
        is_missing,
        parse_numbers,
        parse_texts,
    )

__all__ = [
    "MAX_MOMENT",
    "MIN_MOMENT",
    "NO_TIME",
    "AxisOrder",
    "BrokenRule",
    "Canonical",
    "ColumnResult",
    "LocalClock",
    "Mask",
    "Parsed",
    "ParsedTimes",
    "Parser",
    "TimeReading",
    "Values",
    "apply_sentinels",
    "are_inexact",
    "compose_times",
    "equals_any",
    "fill_empty",
    "instant",
    "is_missing",
    "move_sign_first",
    "number_parser",
    "number_pattern",
    "parse_coordinates",
    "parse_numbers",
    "parse_texts",
    "parse_times",
    "text_parser",
    "time_parser",
    "to_plain",
    "unreadable_rule",
]

__getattr__, __dir__ = lazy_exports(
    __name__,
    {
        "MAX_MOMENT": "timestamps",
        "MIN_MOMENT": "timestamps",
        "NO_TIME": "local_time",
        "AxisOrder": "axis_order",
        "BrokenRule": "column_result",
        "Canonical": "column_result",
        "ColumnResult": "column_result",
        "LocalClock": "local_time",
        "Mask": "values",
        "Parsed": "fast_parsers",
        "ParsedTimes": "timestamps",
        "Parser": "fast_parsers",
        "TimeReading": "timestamps",
        "Values": "values",
        "apply_sentinels": "sentinels",
        "are_inexact": "values",
        "compose_times": "date_parts",
        "equals_any": "values",
        "fill_empty": "values",
        "instant": "timestamps",
        "is_missing": "values",
        "number_parser": "fast_parsers",
        "move_sign_first": "number_format",
        "number_pattern": "number_format",
        "parse_coordinates": "coordinates",
        "parse_numbers": "values",
        "parse_texts": "values",
        "parse_times": "timestamps",
        "text_parser": "fast_parsers",
        "time_parser": "fast_parsers",
        "to_plain": "number_format",
        "unreadable_rule": "column_result",
    },
)
