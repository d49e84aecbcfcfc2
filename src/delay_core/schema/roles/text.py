"""What the roles of texts share."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Self

import numpy as np
from numpy.typing import NDArray

from delay_core import parsing
from delay_core.canonical_text import MAX_EXACT_FLOAT, canonical_text
from delay_core.schema.roles.base import ColumnRole, JsonSchema
from delay_core.violations import ViolationCode, format_value

if TYPE_CHECKING:
    from delay_core.parsing import BrokenRule, ColumnResult, Mask, Parser, Values
    from delay_core.transformers import AnyTransformer, Columns


class TextRole(ColumnRole):
    """Texts; a typed number, truth value, date or time counts as its text."""

    any_text_may_be_value = True

    def value_type(self) -> str:
        return "text"

    def allowed_values(self) -> str:
        return "any text"

    def json_schema(self) -> JsonSchema:
        return {"type": ["string"]}

    def lenient_json_schema(self) -> JsonSchema:
        exact = {"type": "number", "exclusiveMinimum": -MAX_EXACT_FLOAT, "exclusiveMaximum": MAX_EXACT_FLOAT}
        return {
            "type": ["string", "number", "boolean"],
            "anyOf": [{"type": ["string", "integer", "boolean", "null"]}, exact],
        }

    def example(self) -> str:
        """A text that neither means missing nor excludes the shipment."""
        taken = {*self.missing_texts, *self.excluded_values}
        texts = (*self.example_texts(), "example", "another example")
        return next(text for text in texts if text not in taken)

    def example_texts(self) -> tuple[str, ...]:
        """Values that the schema names."""
        return ()

    def check_values(self, values: "Values", absent: "Mask") -> "ColumnResult":
        texts, unreadable = parsing.parse_texts(values, absent)
        inexact = ~absent & parsing.are_inexact(values)
        return parsing.ColumnResult(
            texts,
            [
                parsing.unreadable_rule(ViolationCode.NOT_TEXT, values, unreadable),
                parsing.unreadable_rule(ViolationCode.INEXACT_NUMBER, values, inexact),
                *self.text_rules(texts),
            ],
        )

    def text_rules(self, texts: NDArray[np.object_]) -> Iterator["BrokenRule"]:
        """Rules for canonical texts [rows], which are str or None: only the values in `allowed_texts`."""
        if self.allowed_texts is None:
            return
        allowed = {*map(canonical_text, self.allowed_texts), None}
        unknown = np.array([text not in allowed for text in texts], dtype=bool)
        params = {"allowed": self.allowed_texts}
        yield parsing.BrokenRule(
            ViolationCode.UNKNOWN_CATEGORY, unknown, lambda row: {"value": format_value(texts[row]), **params}
        )

    @property
    def allowed_texts(self) -> tuple[str, ...] | None:
        """The only values that the schema accepts; None if it accepts any text."""
        return None

    def request_parser(self, slow_parser: "Parser") -> "Parser":
        if self.empty_is_value:
            return slow_parser
        texts = self.allowed_texts
        allowed = None if texts is None else frozenset(text for text in map(canonical_text, texts) if text is not None)
        return parsing.text_parser(allowed, self.missing_texts, required=self.is_required)

    def missing_values(self, rows: int) -> NDArray[np.object_]:
        return np.full(rows, None, dtype=object)

    def fit_transformers(self, train: "Columns") -> Iterator["AnyTransformer"]:  # noqa: ARG002 - no column is a feature
        return iter(())

    def breaking_changes(self, old: Self) -> Iterator[str]:  # noqa: ARG002 - any old text is accepted
        return iter(())
