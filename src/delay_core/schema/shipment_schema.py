"""One kind of shipment table, described once: validation, features and requests all come from here."""

import re
from collections.abc import Collection, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, Self

from pydantic import Field, field_validator, model_validator

from delay_core import digest, parsing
from delay_core.schema import consistency
from delay_core.schema.base import SchemaModel, raise_all
from delay_core.schema.columns import Column
from delay_core.schema.derived import Calendar, Derived
from delay_core.schema.label import Costs, Label
from delay_core.schema.roles import ROLES, ColumnRole
from delay_core.schema.source_format import SourceFormat
from delay_core.schema.split_dates import SplitDate
from delay_core.schema.stage import Stage
from delay_core.schema.types import ColumnName, Moment, Names, TableValue, WholeNumber

ORDER_LIMIT = (
    "every outcome counts as known when the next shipment is predicted; if outcomes take longer, the metrics are too "
    "good"
)
"""The limit of a table that has an order and no times, in words."""

if TYPE_CHECKING:
    from delay_core.parsing import Mask, Values


class PredictionPoint(SchemaModel):
    """The moment at which a prediction is made, or the order of the rows of a table without times."""

    column: ColumnName | None = Field(
        default=None, description="The timestamp column with this moment; rows are split in its order."
    )
    order_by: ColumnName | None = Field(
        default=None,
        description="Instead of a column with a time: a numeric column or an identifier with whole numbers that "
        "increase with time, such as a running order number; rows are split in its order. It is no feature, and "
        "requests may omit it, unless it is the key.",
    )
    stage: Stage = Field(description="The stage of the shipment at this moment; columns known later are no features.")

    @property
    def sort_column(self) -> str:
        """The column by which rows are in order."""
        return str(self.column or self.order_by)

    @model_validator(mode="after")
    def _exactly_one(self) -> Self:
        if (self.column is None) == (self.order_by is None):
            names = "column and order_by" if self.column is not None else "none of them"
            raise ValueError(
                f"set either column, a timestamp, or for a table without times order_by, a whole number that increases "
                f"with time; found {names}"
            )
        return self


class Exclusion(SchemaModel):
    """Rows to leave out, such as cancelled shipments: they are counted and not used."""

    column: ColumnName = Field(description="Any column, pii and ignored columns included.")
    equals: tuple[TableValue, ...] = Field(min_length=1, description="Values as the file writes them.")

    def matches(self, values: "Values | Sequence[Any]") -> "Mask":
        """Which raw values [rows] exclude their rows; None is the empty text."""
        matches = parsing.equals_any(values, self.equals)
        return matches | [value is None for value in values] if "" in self.equals else matches


class ShipmentSchema(SchemaModel):
    """A whole schema; `digest` identifies its content."""

    name: str = Field(description="Small letters, digits, underscores; the model is called NAME_delay.")
    version: WholeNumber = Field(ge=1, description="Raise it when the schema changes.")
    description: str = Field(default="", description="A sentence for the model card.")
    source: SourceFormat = Field(default=SourceFormat(), description="The format of the table's files.")
    snapshot: Moment | None = Field(
        default=None,
        description="When the table was exported. An outcome recorded later is unknown, whatever the table says. "
        "Without an offset, it is in `source.timezone`.",
    )
    prediction_point: PredictionPoint = Field(description="The moment at which a prediction is made.")
    label: Label = Field(description="What late means, and when the outcome is known.")
    costs: Costs | None = Field(
        default=None, description="What mistakes cost; by default, a missed delay and a needless action cost the same."
    )
    key: Names = Field(
        default=(),
        description="The columns that together identify a row; a second row with the same key is quarantined. Without "
        "a key, the content of a row and its occurrence number identify it.",
    )
    group: Names = Field(
        default=(),
        description="Rows that share a value in any of these columns belong together; no group is in two splits.",
    )
    exclude_where: tuple[Exclusion, ...] = Field(default=(), description="Rows to leave out, by values of the table.")
    calendar: tuple[Calendar, ...] = Field(default=(), description="Parts of timestamps as features.")
    derived: dict[str, Derived] = Field(default={}, description="Features computed from columns, by name.")
    split_dates: dict[str, SplitDate] = Field(
        default={}, description="Timestamp columns that the file writes in several columns, by name."
    )
    columns: dict[str, Column] = Field(
        min_length=2, description="Every column that the product needs to know, by its name in the file."
    )

    @field_validator("name")
    @classmethod
    def _name_is_plain(cls, name: str) -> str:
        if not re.fullmatch(r"[a-z][a-z0-9_]*", name):
            raise ValueError("must be small letters, digits and underscores, a letter first: sea_freight")
        return name

    @property
    def digest(self) -> str:
        return digest.json_digest(self.content)

    @property
    def content(self) -> dict[str, Any]:
        """The schema as JSON values, without keys that hold their defaults or change no prediction."""
        return self.model_dump(mode="json", exclude_defaults=True, exclude={"columns": {"__all__": {"actionable"}}})

    @property
    def act_above(self) -> float:
        """The probability above which acting costs less than waiting; one half if both mistakes cost the same."""
        return self.costs.act_above if self.costs else 0.5

    @cached_property
    def features(self) -> dict[str, Column]:
        """The columns that a model may read directly: known at the prediction point, of a role that makes features."""
        return {
            name: column
            for name, column in self.columns.items()
            if ROLES[column.role].is_feature and not self.is_post_hoc(name) and name != self.prediction_point.order_by
        }

    @cached_property
    def post_hoc_columns(self) -> dict[str, str]:
        """Columns that describe the shipment but are known too late, each with the reason."""
        stage = self.prediction_point.stage
        return {
            name: f"known at {column.available_at.value}, after the prediction point ({stage.value})"
            for name, column in self.columns.items()
            if ROLES[column.role].is_reported_post_hoc and self.is_post_hoc(name)
        }

    @cached_property
    def input_columns(self) -> tuple[str, ...]:
        """Columns that a prediction is made from, in the schema's order."""
        calendar = {part.column for part in self.calendar}
        derived = {name for feature in self.derived.values() for name in feature.columns}
        inputs = {self.prediction_point.column, *self.key, *calendar, *derived, *self.features}
        return tuple(name for name in self.columns if name in inputs)

    @cached_property
    def missing_reason_columns(self) -> dict[str, str]:
        """For each input column with sentinels: the stored column of the reasons for missing values → that column."""
        return {f"{name}: why missing": name for name in self.input_columns if self.columns[name].sentinels}

    @cached_property
    def persisted_columns(self) -> tuple[str, ...]:
        """Columns of an accepted row that are stored: inputs, the order, groups, identifiers; never a pii column."""
        used = {*self.input_columns, self.prediction_point.sort_column, *self.group}
        return tuple(
            name
            for name, column in self.columns.items()
            if not column.pii and (name in used or ROLES[column.role].is_always_persisted)
        )

    @property
    def canonical_columns(self) -> tuple[str, ...]:
        """The columns of an accepted row that an encoder may read: the persisted ones, and missing reasons."""
        return (*self.persisted_columns, *self.missing_reason_columns)

    @cached_property
    def aliases(self) -> dict[str, str]:
        """Every name that a file may give a column → the schema's name."""
        return {alias: name for name, column in self.columns.items() for alias in (name, *column.aliases)}

    def role(self, name: str) -> ColumnRole:
        """The column in its role: the rules for its values."""
        return ROLES[self.columns[name].role](self, name)

    def without_features(self, names: Collection[str]) -> Self:
        """The schema to fit an encoder with that does not read these columns directly."""
        ignored = {name: self.columns[name].model_copy(update={"role": "ignored"}) for name in names}
        return self.model_copy(update={"columns": self.columns | ignored}) if names else self

    def is_post_hoc(self, name: str) -> bool:
        """Whether the column is known only after the prediction point."""
        return self.columns[name].available_at.comes_after(self.prediction_point.stage)

    @cached_property
    def date_parts(self) -> dict[str, dict[str, str]]:
        """Each column that is part of split dates → the dates that it is part of, each with the part's key."""
        parts: dict[str, dict[str, str]] = {}
        for name, split in self.split_dates.items():
            for part, source in split.parts.items():
                parts.setdefault(source, {})[name] = part
        return parts

    def is_required(self, name: str) -> bool:
        """Whether a request must have a value in the column."""
        is_always_required = name in self.key or name == self.prediction_point.column
        return is_always_required or (name in self.input_columns and not self.columns[name].nullable)

    def null_tokens(self, name: str) -> tuple[str, ...]:
        """Texts that mean a missing value in the column."""
        own = self.columns[name].null_tokens
        return self.source.null_tokens if own is None else own

    def __copy__(self) -> Self:
        """A copy without cached properties, because `model_copy` may change the columns that they derive from."""
        copied = super().__copy__()
        for name in copied.__dict__.keys() - type(self).model_fields.keys():
            del copied.__dict__[name]
        return copied

    @model_validator(mode="after")
    def _is_consistent(self) -> Self:
        raise_all(mistake for check in consistency.CHECKS for mistake in check(self))
        return self
