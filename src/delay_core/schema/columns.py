"""The columns of a shipment table: what each holds, and when it is known."""

from collections import Counter
from collections.abc import Iterator
from enum import StrEnum
from typing import Literal, Self

from pydantic import Field, field_validator, model_validator

from delay_core.schema.base import SchemaModel, raise_all
from delay_core.schema.types import Moment, Number, TableValue


class Stage(StrEnum):
    """The stages of a shipment's life, in order."""

    ORDER = "order"
    DISPATCH = "dispatch"
    IN_TRANSIT = "in_transit"
    DELIVERED = "delivered"

    @property
    def meaning(self) -> str:
        """What has happened by then, for people."""
        return {
            Stage.ORDER: "The order is placed: what was ordered, by whom, for when.",
            Stage.DISPATCH: "The goods leave: carrier, vehicle, packing, what was measured when loading.",
            Stage.IN_TRANSIT: "The goods are on their way: positions, readings, statuses.",
            Stage.DELIVERED: "The goods have arrived: the outcome, and all that is written down afterwards.",
        }[self]

    def comes_after(self, other: "Stage") -> bool:
        """Whether a shipment reaches this stage later than the other."""
        stages = list(Stage)
        return stages.index(self) > stages.index(other)


class Column(SchemaModel):
    """One column of the table, under the name that its files give it."""

    role: Literal["numeric", "categorical", "timestamp", "identifier", "label", "ignored"] = Field(
        description="What the column holds. Numeric and categorical ones are features where they are known in time; "
        "identifiers are kept and never learned from; ignored ones are not even kept."
    )
    description: str = Field(default="", description="A sentence for people.")
    unit: str | None = Field(default=None, description="The unit of a number; it travels to every answer and picture.")
    minimum: Number | None = Field(default=None, description="The least number allowed; a lower one is quarantined.")
    maximum: Number | None = Field(default=None, description="The greatest number allowed.")
    earliest: Moment | None = Field(
        default=None, description="The first time allowed; an earlier one is quarantined. Naive: in `source.timezone`."
    )
    latest: Moment | None = Field(default=None, description="The last time allowed.")
    strip: tuple[TableValue, ...] = Field(
        default=(), description="Texts around numbers to take away before reading: units, currency signs."
    )
    categories: tuple[TableValue, ...] | None = Field(default=None, description="The values that are known beforehand.")
    unseen: Literal["bucket", "refuse"] = Field(
        default="bucket",
        description="What to do with a value outside `categories`: share one bucket, which answers mention, "
        "or refuse the row.",
    )
    encode: Literal["auto", "indicators", "late_rate"] = Field(
        default="auto",
        description="How a category becomes features: an indicator each; or its late rate in the past, for the few "
        "most frequent an indicator too. `auto` takes the second where more than 64 values are frequent.",
    )
    nullable: bool = Field(default=False, description="Whether a value may be missing.")
    null_tokens: tuple[TableValue, ...] | None = Field(
        default=None, description="Texts that mean a missing value here; by default those of `source.null_tokens`."
    )
    sentinels: dict[str, TableValue] = Field(
        default={},
        description="Values that mean missing and say why, as reason: value. Each reason becomes a feature. A number "
        "or a date is matched however it is written; in a text, `*` stands for anything. Only of numeric and "
        "timestamp columns.",
    )
    aliases: tuple[TableValue, ...] = Field(default=(), description="Other names of the column in files.")
    available_at: Stage = Field(
        default=Stage.ORDER,
        description="The stage at which the value is known. After the prediction point's stage, it is never a feature.",
    )
    pii: bool = Field(default=False, description="Personal data: dropped at ingestion; never stored, logged or quoted.")
    leakage_override: str | None = Field(
        default=None,
        min_length=10,
        description="Why this column may know the answer so well; recorded, and the measured leakage guard lets it "
        "pass.",
    )

    @field_validator("categories")
    @classmethod
    def _categories_are_distinct(cls, categories: tuple[str, ...] | None) -> tuple[str, ...] | None:
        if categories is not None and not categories:
            raise ValueError("name at least one category, or leave the key out where none is known beforehand")
        twice = sorted(name for name, count in Counter(categories).items() if count > 1)
        raise_all(f"{name!r} stands twice; a list of categories is without repetitions" for name in twice)
        return categories

    @field_validator("sentinels")
    @classmethod
    def _sentinels_are_distinct(cls, sentinels: dict[str, str]) -> dict[str, str]:
        if not all(reason.strip() and value.strip() for reason, value in sentinels.items()):
            raise ValueError("a reason or a value is empty; write reason: value, and a blank value among null_tokens")
        twice = sorted(value for value, count in Counter(sentinels.values()).items() if count > 1)
        raise_all(f"{value!r} stands for two reasons; a value has one" for value in twice)
        return sentinels

    @model_validator(mode="after")
    def _keys_fit(self) -> Self:
        raise_all([*self._of_other_roles(), *self._at_odds()])
        return self

    def _of_other_roles(self) -> Iterator[str]:
        for role, keys in OF_ONE_ROLE.items():
            given = [key for key in keys if self.is_set(key)]
            if self.role != role and given:
                yield f"{', '.join(given)}: only for {role} columns, not for a {self.role} one"
        if self.sentinels and self.role not in ("numeric", "timestamp"):
            yield "sentinels: only for numeric and timestamp columns; elsewhere any text is a value"

    def _at_odds(self) -> Iterator[str]:
        if self.minimum is not None and self.maximum is not None and self.minimum > self.maximum:
            yield f"minimum {self.minimum:g} is above maximum {self.maximum:g}; exchange them, or leave one out"
        if self.unseen == "refuse" and self.categories is None:
            yield "unseen: refuse needs the list of categories that are allowed"
        if self.sentinels and not self.nullable:
            yield "sentinels mean a missing value: say nullable: true as well"
        if self.pii and self.role not in ("ignored", "identifier"):
            yield "a pii column is dropped at ingestion: its role must be ignored or identifier"


OF_ONE_ROLE = {
    "numeric": ("minimum", "maximum", "strip", "unit"),
    "timestamp": ("earliest", "latest"),
    "categorical": ("categories", "unseen", "encode"),
}
"""Keys that say something of columns of one role only."""
