"""The columns of a shipment table: what each holds, and when it is known."""

from enum import StrEnum
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator


class Strict(BaseModel):
    """Frozen, and refusing keys it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid")


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

    role: Literal["numeric", "categorical", "timestamp", "identifier", "label", "ignored"]
    description: str = ""
    unit: str | None = None
    minimum: float | None = None
    maximum: float | None = None
    categories: tuple[str, ...] | None = None
    unseen: Literal["bucket", "refuse"] = "bucket"
    nullable: bool = False
    null_tokens: tuple[str, ...] = ("",)
    aliases: tuple[str, ...] = ()
    available_at: Stage = Stage.ORDER
    pii: bool = False
    leakage_override: str | None = Field(default=None, min_length=10)
    """Why this column may know the answer so well: recorded, and the measured leakage guard lets it pass."""

    @field_validator("categories")
    @classmethod
    def _categories_are_distinct(cls, categories: tuple[str, ...] | None) -> tuple[str, ...] | None:
        if categories is not None and (not categories or len(set(categories)) < len(categories)):
            raise ValueError("categories must be a non-empty list without repetitions")
        return categories

    @model_validator(mode="after")
    def _keys_fit_the_role(self) -> Self:
        if self.role != "numeric" and (self.minimum is not None or self.maximum is not None):
            raise ValueError(f"minimum and maximum belong to numeric columns, not to a {self.role} one")
        if self.minimum is not None and self.maximum is not None and self.minimum > self.maximum:
            raise ValueError(f"minimum {self.minimum:g} is above maximum {self.maximum:g}")
        if self.role != "categorical" and self.categories is not None:
            raise ValueError(f"categories belong to categorical columns, not to a {self.role} one")
        if self.unseen == "refuse" and self.categories is None:
            raise ValueError("unseen: refuse needs the list of categories that are allowed")
        if self.pii and self.role not in ("ignored", "identifier"):
            raise ValueError("a pii column is dropped at ingestion: its role must be ignored or identifier")
        return self
