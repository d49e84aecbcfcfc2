"""One kind of shipment table, described once: validation, features and requests all come from here."""

from datetime import timedelta
from typing import Literal, Self

from pydantic import Field, model_validator

from delay_core import digest
from delay_core.schema.columns import Column, Stage, Strict
from delay_core.schema.source_format import SourceFormat

RESERVED = frozenset({"shipment_id", "source_row", "late", "probability", "prediction"})
"""Names that stand beside a table's own columns wherever accepted rows and predictions are kept."""


class Label(Strict):
    """What late means: a column of zeros and ones, and when its value becomes known after the prediction point."""

    column: str
    known_after: timedelta = timedelta(0)


class PredictionPoint(Strict):
    """The moment a prediction is asked for: the column that dates it and the stage it belongs to."""

    column: str
    stage: Stage


class Calendar(Strict):
    """Parts of a timestamp, read in the schema's timezone, as numeric features."""

    column: str
    parts: tuple[Literal["hour", "weekday", "month"], ...] = Field(min_length=1)


class Exclusion(Strict):
    """Rows that are no shipments of interest (cancelled ones, say): counted, never learned from."""

    column: str
    equals: tuple[str, ...] = Field(min_length=1)


class ShipmentSchema(Strict):
    """The whole description; `digest` names its content."""

    name: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    version: int = Field(ge=1)
    description: str = ""
    source: SourceFormat = SourceFormat()
    prediction_point: PredictionPoint
    label: Label
    key: tuple[str, ...] = ()
    group: str | None = None
    exclude_where: tuple[Exclusion, ...] = ()
    calendar: tuple[Calendar, ...] = ()
    columns: dict[str, Column] = Field(min_length=2)

    @property
    def digest(self) -> str:
        return digest.of_json(self.model_dump(mode="json"))

    @property
    def features(self) -> dict[str, Column]:
        """The columns that a model may read: numeric or categorical, known at the prediction point."""
        return {
            name: column
            for name, column in self.columns.items()
            if column.role in ("numeric", "categorical") and not self.is_posthoc(name)
        }

    @property
    def refused(self) -> dict[str, str]:
        """Columns that describe the shipment but are known too late, each with the reason."""
        stage = self.prediction_point.stage
        return {
            name: f"known at {column.available_at.value}, after the prediction point ({stage.value})"
            for name, column in self.columns.items()
            if column.role in ("numeric", "categorical", "timestamp") and self.is_posthoc(name)
        }

    @property
    def needed(self) -> tuple[str, ...]:
        """Columns that a prediction is made from, in the schema's order: key, prediction point, calendar, features."""
        calendar = {part.column for part in self.calendar}
        wanted = {self.prediction_point.column, *self.key, *calendar, *self.features}
        return tuple(name for name in self.columns if name in wanted)

    @property
    def stored(self) -> tuple[str, ...]:
        """Columns kept of an accepted row: the needed ones, the group, identifiers; never a pii one."""
        kept = {*self.needed, *([self.group] if self.group else [])}
        return tuple(
            name
            for name, column in self.columns.items()
            if not column.pii and (name in kept or column.role == "identifier")
        )

    @property
    def aliases(self) -> dict[str, str]:
        """Every name that a file may give a column → the schema's name."""
        return {alias: name for name, column in self.columns.items() for alias in (name, *column.aliases)}

    def is_posthoc(self, name: str) -> bool:
        """Whether the column is only known after the prediction point."""
        return self.columns[name].available_at.comes_after(self.prediction_point.stage)

    @model_validator(mode="after")
    def _references_resolve(self) -> Self:
        named = {
            "label.column": (self.label.column, "label"),
            "prediction_point.column": (self.prediction_point.column, "timestamp"),
            **{f"calendar.{i}.column": (c.column, "timestamp") for i, c in enumerate(self.calendar)},
            **{f"exclude_where.{i}.column": (e.column, None) for i, e in enumerate(self.exclude_where)},
            **{f"key.{i}": (name, None) for i, name in enumerate(self.key)},
            **({"group": (self.group, None)} if self.group else {}),
        }
        for where, (name, role) in named.items():
            if name not in self.columns:
                raise ValueError(f"{where}: no column {name!r}; columns are {', '.join(self.columns)}")
            if role and self.columns[name].role != role:
                raise ValueError(f"{where}: column {name!r} has role {self.columns[name].role}; it must be {role}")
            if self.columns[name].pii and not where.startswith("exclude_where"):
                raise ValueError(f"{where}: column {name!r} is pii and is dropped at ingestion; name another column")
        asked_for = {
            "prediction_point.column": self.prediction_point.column,
            **{f"calendar.{i}.column": part.column for i, part in enumerate(self.calendar)},
            **{f"key.{i}": name for i, name in enumerate(self.key)},
        }
        for where, name in asked_for.items():
            if self.is_posthoc(name):
                raise ValueError(f"{where}: {name!r} is only known later, after the prediction point")
        if not self.features and not self.calendar:
            raise ValueError("columns: no feature is left; a numeric or categorical column must be known in time")
        taken = sorted(RESERVED & set(self.stored))
        if taken:
            raise ValueError(
                f"columns.{taken[0]}: the product uses this name itself; give the column another, with this as alias"
            )
        names = [name for column in self.columns.items() for name in (column[0], *column[1].aliases)]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise ValueError(f"columns: {', '.join(twice)} stands twice among names and aliases")
        return self
