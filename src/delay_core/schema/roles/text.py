"""What the roles of texts share."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Self

import numpy as np
from numpy.typing import NDArray

from delay_core.schema.roles.base import ColumnRole, JsonSchema

if TYPE_CHECKING:
    from delay_core.transformers import AnyTransformer, Columns


class TextRole(ColumnRole):
    """Texts; a typed number or truth value counts as its text."""

    any_text_may_be_value = True

    def value_type(self) -> str:
        return "text"

    def allowed_values(self) -> str:
        return "any text"

    def json_schema(self) -> JsonSchema:
        return {"type": ["string"]}

    def lenient_json_schema(self) -> JsonSchema:
        return {"type": ["string", "number", "boolean"]}

    def example(self) -> str:
        """A text that neither means missing nor excludes the shipment."""
        taken = {*self.null_tokens, *self.excluded_values}
        texts = (*self.example_texts(), "example", "another example")
        return next(text for text in texts if text not in taken)

    def example_texts(self) -> tuple[str, ...]:
        """Values that the schema names."""
        return ()

    def missing_values(self, rows: int) -> NDArray[np.object_]:
        return np.full(rows, None, dtype=object)

    def transformers(self, train: "Columns") -> Iterator["AnyTransformer"]:  # noqa: ARG002 - no column is a feature
        return iter(())

    def breaking_changes(self, old: Self) -> Iterator[str]:  # noqa: ARG002 - any old text is accepted
        return iter(())
