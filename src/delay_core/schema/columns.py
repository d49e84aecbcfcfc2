"""The columns of a shipment table: what each holds, and when it is known."""

from datetime import datetime
from enum import StrEnum
from typing import Literal, Self

from pydantic import Field, field_validator, model_validator

from delay_core.schema.words import Strict, Word


class Stage(StrEnum):
    """The stages of a shipment's life, in order."""

    ORDER = "order"
    DISPATCH = "dispatch"
    IN_TRANSIT = "in_transit"
    DELIVERED = "delivered"

    def comes_after(self, other: "Stage") -> bool:
        """Whether a shipment reaches this stage later than the other."""
        stages = list(Stage)
        return stages.index(self) > stages.index(other)


class Column(Strict):
    """One column of the table, under the name that its files give it."""

    role: Literal["numeric", "categorical", "timestamp", "identifier", "label", "ignored"] = Field(
        description="What the column holds. Numeric and categorical ones are features where they are known in time; "
        "identifiers are kept and never learned from; ignored ones are not even kept."
    )
    description: str = Field(default="", description="A sentence for people.")
    unit: str | None = Field(default=None, description="The unit of a number; it travels to every answer and picture.")
    minimum: float | None = Field(default=None, description="The least number allowed; a lower one is quarantined.")
    maximum: float | None = Field(default=None, description="The greatest number allowed.")
    earliest: datetime | None = Field(
        default=None, description="The first time allowed; an earlier one is quarantined. Naive: in `source.timezone`."
    )
    latest: datetime | None = Field(default=None, description="The last time allowed.")
    strip: tuple[Word, ...] = Field(
        default=(), description="Texts around numbers to take away before reading: units, currency signs."
    )
    categories: tuple[Word, ...] | None = Field(default=None, description="The values that are known beforehand.")
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
    null_tokens: tuple[Word, ...] | None = Field(
        default=None, description="Texts that mean a missing value here; by default those of `source.null_tokens`."
    )
    sentinels: dict[str, Word] = Field(
        default={},
        description="Values that mean missing and say why, as reason: value. Each reason becomes a feature. A number "
        "or a date is matched however it is written; in a text, `*` stands for anything.",
    )
    aliases: tuple[Word, ...] = Field(default=(), description="Other names of the column in files.")
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
        if categories is not None and (not categories or len(set(categories)) < len(categories)):
            raise ValueError("categories must be a non-empty list without repetitions")
        return categories

    @model_validator(mode="after")
    def _keys_fit_the_role(self) -> Self:
        for role, keys in _OF_ONE_ROLE.items():
            given = [key for key in keys if self.says(key)]
            if self.role != role and given:
                raise ValueError(f"{', '.join(given)}: only for {role} columns, not for a {self.role} one")
        if self.minimum is not None and self.maximum is not None and self.minimum > self.maximum:
            raise ValueError(f"minimum {self.minimum:g} is above maximum {self.maximum:g}")
        if self.unseen == "refuse" and self.categories is None:
            raise ValueError("unseen: refuse needs the list of categories that are allowed")
        if self.sentinels and self.role not in ("numeric", "timestamp"):
            raise ValueError("sentinels: only for numeric and timestamp columns; elsewhere any text is a value")
        if self.sentinels and not self.nullable:
            raise ValueError("sentinels mean a missing value: say nullable: true as well")
        if self.pii and self.role not in ("ignored", "identifier"):
            raise ValueError("a pii column is dropped at ingestion: its role must be ignored or identifier")
        return self


_OF_ONE_ROLE = {
    "numeric": ("minimum", "maximum", "strip", "unit"),
    "timestamp": ("earliest", "latest"),
    "categorical": ("categories", "unseen", "encode"),
}
