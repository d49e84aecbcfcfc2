"""The role `label`: a column that says whether a shipment was late, or marks those that were."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Self

import numpy as np
from numpy.typing import NDArray

from delay_core import parsing
from delay_core.schema.roles.base import ColumnRole, JsonSchema
from delay_core.violations import ViolationCode

if TYPE_CHECKING:
    from delay_core.parsing import ColumnResult, Mask, Parser, Values
    from delay_core.transformers import AnyTransformer, Columns


class LabelRole(ColumnRole):
    """Late or on time: 1 and 0, or the words that the schema lists. Of two columns, each marks one with 1 or a word."""

    name = "label"
    any_text_may_be_value = True

    @property
    def _late(self) -> tuple[str, ...]:
        """The words for late in this column."""
        return () if self.column_name == self.schema.label.on_time_column else self.schema.label.late

    @property
    def _on_time(self) -> tuple[str, ...]:
        """The words for on time in this column."""
        return () if self.column_name == self.schema.label.late_column else self.schema.label.on_time

    def value_type(self) -> str:
        return "text" if self.schema.label.late else "number"

    def allowed_values(self) -> str:
        return ", ".join((*self._late, *self._on_time)) or "0, 1"

    def json_schema(self) -> JsonSchema:
        return {"type": ["string"] if self.schema.label.late else ["number"]}

    def lenient_json_schema(self) -> JsonSchema:
        return {"type": ["string", "number", "boolean"]}

    def listed_values(self) -> tuple[str, ...]:
        return (*self._late, *self._on_time)

    def example(self) -> str | float:
        return next(iter((*self._on_time, *self._late)), 0)

    def check_values(self, values: "Values", absent: "Mask") -> "ColumnResult":
        """Canonical values are 1 and 0: late and on time, or marked and not marked; NaN where a value is missing."""
        if self.schema.label.late:
            late, on_time = (~absent & parsing.equals_any(values, words) for words in (self._late, self._on_time))
            is_one = on_time if self.column_name == self.schema.label.on_time_column else late
            canonical = np.where(is_one, 1.0, np.where(late | on_time, 0.0, np.nan))
            unreadable = ~absent & ~late & ~on_time
        else:
            canonical, unreadable = parsing.parse_numbers(values, absent)
            unreadable |= ~absent & ~np.isin(canonical, (0.0, 1.0))
        code = ViolationCode.NOT_A_LABEL
        rule = parsing.unreadable_rule(code, values, unreadable, late=self._late, on_time=self._on_time)
        return parsing.ColumnResult(canonical, [rule])

    def request_parser(self, slow_parser: "Parser") -> "Parser":
        return slow_parser

    def missing_values(self, rows: int) -> NDArray[np.float64]:
        return np.full(rows, np.nan)

    def fit_transformers(self, train: "Columns") -> Iterator["AnyTransformer"]:  # noqa: ARG002 - no column is a feature
        return iter(())

    def breaking_changes(self, old: Self) -> Iterator[str]:
        was, now = old.schema.label, self.schema.label
        if (was.late, was.on_time) != (now.late, now.on_time):
            yield "has other words for late and on time"
