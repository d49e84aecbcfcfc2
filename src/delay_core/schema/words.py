"""What every model of the language is, and the words and names that stand in it."""

from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict


class Strict(BaseModel):
    """Frozen, and refusing keys it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    def says(self, key: str) -> bool:
        """Whether the key holds something else than its default."""
        return bool(getattr(self, key) != type(self).model_fields[key].default)


def _word(value: object) -> object:
    """YAML reads `yes` as true and `1` as a number: a whole number is unmistakable, the rest wants quotes."""
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if not isinstance(value, str):
        raise ValueError("a value of the table is text; write it in quotes")
    return value


def _listed(value: object) -> object:
    return [value] if isinstance(value, str) else value


Word = Annotated[str, BeforeValidator(_word)]
"""A value as it stands in the table."""

Names = Annotated[tuple[str, ...], BeforeValidator(_listed)]
"""Columns by name: a list, or one name by itself."""
