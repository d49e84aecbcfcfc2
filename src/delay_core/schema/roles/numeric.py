"""The role `numeric`: numbers, with a unit and limits."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Self

import numpy as np
from numpy.typing import NDArray

from delay_core import parsing, transformers
from delay_core.quantity_text import append_unit, format_range
from delay_core.schema.roles.base import ColumnRole, JsonSchema, is_pattern
from delay_core.violations import ViolationCode

if TYPE_CHECKING:
    from delay_core.parsing import BrokenRule, ColumnResult, Mask, Parser, Values
    from delay_core.transformers import AnyTransformer, Columns

NUMERAL = "numeral"
"""The JSON Schema `format` of a number written as text, or of a token for a missing value."""


class NumericRole(ColumnRole):
    """Numbers. A model reads them directly."""

    name = "numeric"
    keys = ("minimum", "maximum", "strip", "unit", "sentinels")
    is_feature = True
    is_reported_post_hoc = True
    uses_number_format = True

    def value_type(self) -> str:
        return "number"

    def allowed_values(self) -> str:
        column = self.column
        limits = (_format_limit(column.minimum), _format_limit(column.maximum))
        text = format_range(*limits, "at least", "at most")
        if text:
            return append_unit(text, column.unit)
        return f"any number ({column.unit})" if column.unit else "any number"

    def json_schema(self) -> JsonSchema:
        """A sentinel is often text, and a number beyond the limits otherwise."""
        column = self.column
        keys = {"minimum": column.minimum, "maximum": column.maximum, "x-unit": column.unit}
        types = ["number", "string"] if column.sentinels else ["number"]
        return {"type": types} | {key: value for key, value in keys.items() if value is not None}

    def lenient_json_schema(self) -> JsonSchema:
        return {"type": ["number", "string"], "format": NUMERAL}

    def example(self) -> float:
        """The middle of the range; with one limit, a number a little inside it."""
        match self.column.minimum, self.column.maximum:
            case None, None:
                number = 1.0
            case None, float(maximum):
                number = min(maximum - 1, 1.0)
            case float(minimum), None:
                number = max(minimum + 1, 1.0)
            case float(minimum), float(maximum):
                number = (minimum + maximum) / 2
        return int(number) if number.is_integer() else number

    def check_values(self, values: "Values", absent: "Mask") -> "ColumnResult":
        parsed = self._parse(values, absent)
        numbers, unreadable, reasons = parsing.apply_sentinels(
            self.column.sentinels, values, parsed, np.nan, self._read_tokens
        )
        rules = [parsing.unreadable_rule(ViolationCode.NOT_A_NUMBER, values, unreadable), self._range_rule(numbers)]
        return parsing.ColumnResult(numbers, rules, reasons)

    def _parse(self, values: "Values", absent: "Mask") -> tuple[NDArray[np.float64], "Mask"]:
        source = self.schema.source
        plain = parsing.to_plain(values, source.decimal, source.thousands, self.column.strip)
        return parsing.parse_numbers(plain, absent)

    def _read_tokens(self, tokens: "Values") -> NDArray[np.float64]:
        return self._parse(tokens, np.zeros(len(tokens), dtype=bool))[0]

    def _range_rule(self, numbers: NDArray[np.float64]) -> "BrokenRule":
        minimum, maximum = self._limits
        limits = {"minimum": self.column.minimum, "maximum": self.column.maximum, "unit": self.column.unit}
        outside = (numbers < minimum) | (numbers > maximum)
        return parsing.BrokenRule(
            ViolationCode.OUT_OF_RANGE, outside, lambda row: {"value": float(numbers[row]), **limits}
        )

    @property
    def has_python_signs(self) -> bool:
        """Whether texts of numbers have the decimal sign of Python, and no thousands separator."""
        return self.schema.source.decimal == "." and self.schema.source.thousands is None

    @property
    def _limits(self) -> tuple[float, float]:
        minimum, maximum = self.column.minimum, self.column.maximum
        return -np.inf if minimum is None else minimum, np.inf if maximum is None else maximum

    def request_parser(self, slow_parser: "Parser") -> "Parser":
        limits = self.plain_number_limits()
        if limits is None:
            return slow_parser
        return parsing.number_parser(limits, self.missing_texts, required=self.is_required)

    def plain_number_limits(self) -> tuple[float, float] | None:
        declares_numbers = bool(self.column.sentinels) or any(map(is_pattern, self.null_tokens))
        is_plain = self.has_python_signs and not self.column.strip and not declares_numbers
        return self._limits if is_plain else None

    def missing_values(self, rows: int) -> NDArray[np.float64]:
        return np.full(rows, np.nan)

    def fit_transformers(self, train: "Columns") -> Iterator["AnyTransformer"]:
        name = self.column_name
        yield transformers.NumericFeature.fit(name, train[name], nullable=self.column.nullable)

    def breaking_changes(self, old: Self) -> Iterator[str]:
        was, now = old.column, self.column
        if was.unit != now.unit:
            yield f"is in {now.unit or 'no unit'} now, and was in {was.unit or 'no unit'}"
        if now.minimum is not None and (was.minimum is None or was.minimum < now.minimum):
            yield f"must be at least {now.minimum:.15g} now, and could be {_format_limit(was.minimum) or 'any number'}"
        if now.maximum is not None and (was.maximum is None or was.maximum > now.maximum):
            yield f"must be at most {now.maximum:.15g} now, and could be {_format_limit(was.maximum) or 'any number'}"
        prefix, added = now.strip[: len(was.strip)], now.strip[len(was.strip) :]
        if prefix != was.strip or any(is_pattern(text) for text in added):
            removed = ", ".join(map(repr, now.strip)) or "nothing"
            yield f"from its text, {removed} is removed now, and was {', '.join(map(repr, was.strip)) or 'nothing'}"
        if now.strip and not was.strip and old.has_python_signs and self.has_python_signs:
            yield "text must be written as the schema declares now, and could be what Python reads: '.5'"


def _format_limit(limit: float | None) -> str | None:
    return None if limit is None else f"{limit:.15g}"
