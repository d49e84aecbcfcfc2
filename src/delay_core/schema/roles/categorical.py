"""The role `categorical`: each text is a category."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Self

from delay_core import transformers
from delay_core.schema.roles.base import JsonSchema
from delay_core.schema.roles.text import TextRole

if TYPE_CHECKING:
    from delay_core.transformers import AnyTransformer, Columns

MAX_LISTED_CATEGORIES = 12
"""Categories that a table for people lists."""


class CategoricalRole(TextRole):
    """Categories, known beforehand or not. A model reads them directly, and evaluation compares them."""

    name = "categorical"
    keys = ("categories", "unseen", "encode")
    is_feature = True
    is_sliced = True
    is_reported_post_hoc = True

    def allowed_values(self) -> str:
        categories = self.column.categories
        if not categories:
            return "any text"
        more = len(categories) - MAX_LISTED_CATEGORIES
        listed = ", ".join(categories[:MAX_LISTED_CATEGORIES]) + (f" and {more} more" if more > 0 else "")
        return listed if self.column.unseen == "refuse" else f"known values {listed}; others share a bucket"

    def json_schema(self) -> JsonSchema:
        categories = self.column.categories
        if not categories:
            return super().json_schema()
        return {"type": ["string"], "enum" if self.column.unseen == "refuse" else "examples": list(categories)}

    @property
    def allowed_texts(self) -> tuple[str, ...] | None:
        return self.column.categories if self.column.unseen == "refuse" else None

    def listed_values(self) -> tuple[str, ...]:
        return self.column.categories or ()

    def example_texts(self) -> tuple[str, ...]:
        return self.column.categories or ()

    def fit_transformers(self, train: "Columns") -> Iterator["AnyTransformer"]:
        name, values, column = self.column_name, train[self.column_name], self.column
        point = self.schema.prediction_point.column
        encode = column.encode if point is not None else "indicators"  # a late rate needs times
        one_hot = transformers.OneHotFeature.fit(name, values, nullable=column.nullable, encode=encode)
        yield one_hot
        ordinal = transformers.OrdinalFeature.fit(name, values)
        if ordinal.is_useful:
            yield ordinal
        if one_hot.target_encoded and point is not None:
            yield transformers.HistoricalLateRate.of_category(name, point, train)

    def breaking_changes(self, old: Self) -> Iterator[str]:
        was, now = old.column, self.column
        if now.unseen != "refuse":
            return
        allowed = ", ".join(now.categories or ())
        if was.unseen != "refuse":
            yield f"must be one of {allowed} now, and could be any other"
            return
        removed = [name for name in was.categories or () if name not in (now.categories or ())]
        if removed:
            yield f"may no longer be {', '.join(removed)}; allowed are {allowed}"
