"""The columns of a shipment table: what each holds, and when it is known."""

from collections import Counter
from collections.abc import Iterator
from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Field, field_validator, model_validator
from pydantic_core import PydanticCustomError

from delay_core.parsing import AxisOrder
from delay_core.schema.base import SchemaModel, raise_all
from delay_core.schema.roles import ROLES
from delay_core.schema.roles.coordinates import CoordinatesRole
from delay_core.schema.stage import Stage
from delay_core.schema.types import DocType, Moment, Number, TableValue


def _known_role(value: object) -> object:
    """Raise the error that pydantic raises for a value outside a Literal."""
    if isinstance(value, str) and value in ROLES:
        return value
    *others, last = map(repr, ROLES)
    expected = f"{', '.join(others)} or {last}"
    raise PydanticCustomError("literal_error", "Input should be {expected}", {"expected": expected})


RoleName = Annotated[str, BeforeValidator(_known_role), DocType(f"one of {', '.join(f'`{name}`' for name in ROLES)}")]
"""The name of a role in `ROLES`."""


_SIGNS = frozenset("+-\u2212\u2013()")
"""Characters that say whether a number is negative; bookkeepers write (5) for -5."""


class Column(SchemaModel):
    """A column of the table, under the name that its files use."""

    role: RoleName = Field(
        description="What the column holds. Numeric and categorical columns are features if they are known in time; "
        "coordinates are for the distance of two points; identifiers are stored, but are no features; ignored columns "
        "are not stored."
    )
    description: str = Field(default="", description="A sentence that explains the column.")
    unit: str | None = Field(default=None, description="The unit of the numbers; explanations and plots show it.")
    minimum: Number | None = Field(
        default=None, description="The smallest number allowed; a row with a smaller one is quarantined."
    )
    maximum: Number | None = Field(default=None, description="The largest number allowed.")
    earliest: Moment | None = Field(
        default=None,
        description="The first time allowed; a row with an earlier one is quarantined. Without an offset, it is in "
        "`source.timezone`.",
    )
    latest: Moment | None = Field(default=None, description="The last time allowed.")
    strip: tuple[TableValue, ...] = Field(
        default=(), description="Texts to remove before or after a number: units, currency signs."
    )
    categories: tuple[TableValue, ...] | None = Field(default=None, description="The values that are known in advance.")
    unseen: Literal["bucket", "refuse"] = Field(
        default="bucket",
        description="What to do with a value outside `categories`: put all of them into one bucket, which answers "
        "mention, or refuse the row.",
    )
    encode: Literal["auto", "indicators", "late_rate"] = Field(
        default="auto",
        description="How categories become features: one indicator each; or their historical late rate, and "
        "indicators for the 32 most frequent only. `auto` means the second if more than 64 values are frequent, or if "
        "all columns together have more indicators than a fiftieth of the rows of the rarer outcome, or a tenth in a "
        "table without times; `indicators` has no such limit.",
    )
    axis_order: AxisOrder | None = Field(
        default=None,
        description="Whether a text has the latitude first or the longitude first. Required for coordinates.",
    )
    nullable: bool = Field(default=False, description="Whether a value may be missing.")
    null_tokens: tuple[TableValue, ...] | None = Field(
        default=None,
        description="Texts that mean a missing value in this column; by default those of `source.null_tokens`.",
    )
    sentinels: dict[str, TableValue] = Field(
        default={},
        description="Values that mean missing for a known reason, as `reason: value`. Each reason becomes a feature. A "
        "number or a date matches in any spelling; in a text, `*` matches any characters.",
    )
    aliases: tuple[TableValue, ...] = Field(default=(), description="Other names of the column in files.")
    available_at: Stage = Field(
        default=Stage.ORDER,
        description="The stage at which the value is known. If it is later than the prediction point's stage, the "
        "column is never a feature.",
    )
    actionable: bool = Field(
        default=False,
        description="Whether a planner can change the value before the delivery: what-if requests change these "
        "columns alone. The column must be one that a model reads, alone or in calendar or derived. It is no part of "
        "the schema's digest, and applies without a new training.",
    )
    pii: bool = Field(default=False, description="Personal data: dropped at ingestion; never stored, logged or quoted.")
    leakage_override: str | None = Field(
        default=None,
        min_length=10,
        description="Why the column may predict the outcome so well. The reason is recorded, and the leakage check "
        "skips the column.",
    )

    @field_validator("categories")
    @classmethod
    def _categories_are_distinct(cls, categories: tuple[str, ...] | None) -> tuple[str, ...] | None:
        if categories is not None and not categories:
            raise ValueError("name at least one category, or remove the key if none is known in advance")
        repeated = sorted(name for name, count in Counter(categories).items() if count > 1)
        raise_all(f"{name!r} is repeated; name each category once" for name in repeated)
        return categories

    @field_validator("strip")
    @classmethod
    def _no_sign_is_stripped(cls, strip: tuple[str, ...]) -> tuple[str, ...]:
        raise_all(
            f"{text!r} is the sign of a number: without it, a negative number is positive; remove it from strip, a "
            "minus behind the digits is read as one"
            for text in strip
            if text and set(text.strip()) <= _SIGNS
        )
        return strip

    @field_validator("sentinels")
    @classmethod
    def _sentinels_are_distinct(cls, sentinels: dict[str, str]) -> dict[str, str]:
        if not all(reason.strip() and value.strip() for reason, value in sentinels.items()):
            raise ValueError("a reason or a value is empty; write reason: value, and an empty value in null_tokens")
        repeated = sorted(value for value, count in Counter(sentinels.values()).items() if count > 1)
        raise_all(f"{value!r} has two reasons; a value has one reason" for value in repeated)
        return sentinels

    @model_validator(mode="after")
    def _keys_fit(self) -> Self:
        raise_all([*self._keys_of_other_roles(), *self._contradictions()])
        return self

    def _keys_of_other_roles(self) -> Iterator[str]:
        foreign: dict[str, list[str]] = {}
        for key in type(self).model_fields:
            roles = roles_with_key(key)
            if roles and self.role not in roles and self.is_set(key):
                foreign.setdefault(" and ".join(roles), []).append(key)
        for roles_text, keys in foreign.items():
            yield f"{', '.join(keys)}: only for {roles_text} columns, not for {ROLES[self.role].with_article()} one"

    def _contradictions(self) -> Iterator[str]:
        if self.minimum is not None and self.maximum is not None and self.minimum > self.maximum:
            yield f"minimum {self.minimum:g} is above maximum {self.maximum:g}; swap them, or remove one"
        if self.unseen == "refuse" and self.categories is None:
            yield "unseen: refuse needs the list of categories that are allowed"
        if self.role == CoordinatesRole.name and self.axis_order is None:
            yield "axis_order is missing: write lat_lon or lon_lat, as the column's texts have them"
        if self.sentinels and not self.nullable:
            yield "sentinels mean a missing value; add nullable: true"
        if self.pii and not ROLES[self.role].allows_pii:
            allowed = " or ".join(role.name for role in ROLES.values() if role.allows_pii)
            yield f"a pii column is dropped at ingestion: its role must be {allowed}"


def roles_with_key(key: str) -> tuple[str, ...]:
    """The roles that allow the key, if it is for some roles only; empty for a key of all roles."""
    return tuple(role.name for role in ROLES.values() if key in role.keys)
