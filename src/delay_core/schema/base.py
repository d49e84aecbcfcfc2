"""The base class of every model of the schema language, and helpers that its validators share."""

from collections.abc import Iterable
from difflib import get_close_matches
from typing import Any, get_args

from pydantic import BaseModel, ConfigDict


class SchemaModel(BaseModel):
    """A frozen model that refuses unknown keys, infinities and NaN."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    def is_set(self, key: str) -> bool:
        """Whether the key holds another value than its default."""
        return bool(getattr(self, key) != type(self).model_fields[key].default)


def nested_model(annotation: Any) -> type[SchemaModel] | None:
    """The model inside a type: the type itself, or the element of a list or mapping; None if there is no model."""
    if isinstance(annotation, type) and issubclass(annotation, SchemaModel):
        return annotation
    return next((model for inner in get_args(annotation) if (model := nested_model(inner))), None)


def raise_all(mistakes: Iterable[str]) -> None:
    """Raise one ValueError with a line for each mistake; do nothing if there is no mistake."""
    lines = list(mistakes)
    if lines:
        raise ValueError("\n".join(lines))


def closest_match(word: str, known: Iterable[str]) -> str | None:
    """The known word that resembles `word` most, ignoring case; None if no word is similar."""
    by_folded = {name.casefold(): name for name in known}
    matches = get_close_matches(word.casefold(), by_folded, n=1)
    return by_folded[matches[0]] if matches else None
