"""The role `label`: the column that says whether a shipment was late."""

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
    """Late or on time: 1 and 0, or the words that the schema lists."""

    name = "label"
    any_text_may_be_value = True

    def value_type(self) -> str:
        return "text" if self.schema.label.late else "number"

    def allowed_values(self) -> str:
        label = self.schema.label
        return ", ".join((*label.late, *label.on_time)) or "0, 1"

    def json_schema(self) -> JsonSchema:
        return {"type": ["string"] if self.schema.label.late else ["number"]}

    def lenient_json_schema(self) -> JsonSchema:
        return {"type": ["string", "number", "boolean"]}

    def listed_values(self) -> tuple[str, ...]:
        return (*self.schema.label.late, *self.schema.label.on_time)

    def example(self) -> str | float:
        return next(iter(self.schema.label.on_time), 0)

    def check_values(self, values: "Values", absent: "Mask") -> "ColumnResult":
        label = self.schema.label
        if label.late:
            late, on_time = (~absent & parsing.equals_any(values, words) for words in (label.late, label.on_time))
            canonical = np.where(late, 1.0, np.where(on_time, 0.0, np.nan))
            unreadable = ~absent & ~late & ~on_time
        else:
            canonical, unreadable = parsing.parse_numbers(values, absent)
            unreadable |= ~absent & ~np.isin(canonical, (0.0, 1.0))
        code = ViolationCode.NOT_A_LABEL
        rule = parsing.unreadable_rule(code, values, unreadable, late=label.late, on_time=label.on_time)
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
