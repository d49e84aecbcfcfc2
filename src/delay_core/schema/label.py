"""What late means, when the outcome is known, and what mistakes cost."""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Literal, Self

from pydantic import Field, field_validator, model_validator

from delay_core.schema.base import SchemaModel, raise_all
from delay_core.schema.types import ColumnName, Duration, Number, TableValue

LabelKind = Literal["column", "flags", "delay", "dates"]

_DEFINITIONS: dict[LabelKind, tuple[str, ...]] = {
    "column": ("column",),
    "flags": ("late_column", "on_time_column"),
    "delay": ("delay", "unit"),
    "dates": ("actual", "promised"),
}
"""The keys that define a label of each kind; all of them are set."""
_OPTIONS: dict[tuple[str, ...], tuple[LabelKind, ...]] = {
    ("late", "on_time"): ("column", "flags"),
    ("neither",): ("flags",),
    ("tolerance",): ("delay", "dates"),
    ("overdue",): ("dates",),
}
"""Further keys, and the kinds of labels that they belong to."""
_UNITS = {
    "seconds": timedelta(seconds=1),
    "minutes": timedelta(minutes=1),
    "hours": timedelta(hours=1),
    "days": timedelta(days=1),
}


class Label(SchemaModel):
    """The definition of late: a column that says it, two columns that mark it, a delay in numbers, or two dates."""

    column: ColumnName | None = Field(
        default=None, description="The column that says it: as 0 and 1, or in the values of the two lists below."
    )
    late: tuple[TableValue, ...] = Field(
        default=(), description="Values that mean late: of `column`, or of `late_column`."
    )
    on_time: tuple[TableValue, ...] = Field(
        default=(), description="Values that mean on time: of `column`, or of `on_time_column`."
    )
    late_column: ColumnName | None = Field(
        default=None,
        description="Instead of one column: the column that marks late shipments, with 1 or a value of `late`; for "
        "other shipments it is 0 or empty. Any other value is quarantined.",
    )
    on_time_column: ColumnName | None = Field(
        default=None,
        description="The column that marks shipments that are on time, in the same way. A row with both marks is "
        "quarantined.",
    )
    neither: Literal["open", "late", "on_time"] = Field(
        default="open", description="The outcome of a shipment with neither mark; open means unknown."
    )
    delay: ColumnName | None = Field(
        default=None,
        description="Instead of a column that says it: a numeric column with the delay, negative if early; the "
        "shipment is late if it is more than `tolerance`.",
    )
    unit: Literal["seconds", "minutes", "hours", "days"] | None = Field(
        default=None, description="The unit of the delay."
    )
    actual: ColumnName | None = Field(
        default=None, description="Instead of a column: the date of the actual event, usually the delivery."
    )
    promised: ColumnName | None = Field(
        default=None, description="The promised date; the shipment is late if `actual` is later than this."
    )
    tolerance: Duration = Field(
        default=timedelta(0), description="The delay that is still on time, after `promised` or in `delay`: PT2H, P1D."
    )
    overdue: Literal["late", "open"] = Field(
        default="late",
        description="The outcome of a shipment without an actual date whose promised date and tolerance had passed at "
        "the snapshot: late, or open, which means unknown.",
    )
    known_after: Duration = Field(
        default=timedelta(0),
        description="How long until the outcome is recorded: after the promised date and its tolerance for two dates, "
        "after the prediction point for all other labels. No model learns from an outcome before that.",
    )

    @property
    def kind(self) -> LabelKind:
        """The kind of the label, by the keys that are present."""
        return next(kind for kind, keys in _DEFINITIONS.items() if getattr(self, keys[0]) is not None)

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that the outcome is read from."""
        names = (*self.label_columns, self.delay, self.actual, self.promised)
        return tuple(name for name in names if name is not None)

    @property
    def label_columns(self) -> tuple[str, ...]:
        """Those of them that have the role `label`."""
        return tuple(name for name in (self.column, self.late_column, self.on_time_column) if name is not None)

    @property
    def max_delay_on_time(self) -> float:
        """The tolerance in the unit of the delay."""
        return self.tolerance / _UNITS[str(self.unit)]

    @property
    def missing_is_late(self) -> bool:
        """Whether an overdue shipment without an outcome is late: of two dates, only an arrival is reported."""
        return self.kind == "dates" and self.overdue == "late"

    def condition(self, verb: str = "is") -> str:
        """When a shipment is late, in words."""
        name = self.column or self.late_column
        if name is not None:
            return f"{name} {verb} {' or '.join(self.late) or '1'}"
        if self.delay is not None:
            return f"{self.delay} {verb} more than {self.max_delay_on_time:g} {self.unit}"
        grace = f" by more than {_in_words(self.tolerance)}" if self.tolerance else ""
        return f"{self.actual} {verb} later than {self.promised}{grace}"

    @model_validator(mode="after")
    def _is_one_definition(self) -> Self:
        raise_all(self._mistakes())
        return self

    def _mistakes(self) -> Iterator[str]:
        keys = [key for keys in _DEFINITIONS.values() for key in keys if getattr(self, key) is not None]
        if tuple(keys) not in _DEFINITIONS.values():
            definitions = ", or ".join(" and ".join(keys) for keys in _DEFINITIONS.values())
            yield f"set either {definitions}; found {' and '.join(keys) or 'none of them'}"
            return
        if self.kind == "dates" and self.actual == self.promised:
            yield f"actual and promised are both {self.actual!r}; name the two dates to compare"
        if self.kind == "flags" and self.late_column == self.on_time_column:
            yield f"late_column and on_time_column are both {self.late_column!r}; if one column says it, use column"
        for keys_of_kinds, kinds in _OPTIONS.items():
            foreign = [key for key in keys_of_kinds if self.is_set(key)]
            if self.kind not in kinds and foreign:
                definitions = ", or ".join(" and ".join(_DEFINITIONS[kind]) for kind in kinds)
                yield f"{', '.join(foreign)}: only for a label by {definitions}; remove what does not belong to it"
        if bool(self.late) != bool(self.on_time):
            yield "late and on_time go together: list the values that mean each"
        if self.kind == "column":
            for value in sorted(set(self.late) & set(self.on_time)):
                yield f"{value!r} is in both late and on_time; a value has one meaning"


def _in_words(duration: timedelta) -> str:
    """Such as `1 day 12 hours`."""
    parts = []
    for units, unit in reversed(_UNITS.items()):
        count, duration = divmod(duration, unit) if units != "seconds" else (duration / unit, timedelta())
        if count:
            parts.append(f"{count:g} {units.removesuffix('s') if count == 1 else units}")
    return " ".join(parts)


class Costs(SchemaModel):
    """The costs of each mistake; together with the probability they decide whether to act."""

    missed_delay: Number = Field(gt=0, description="The cost of a late shipment without action.")
    needless_action: Number = Field(gt=0, description="The cost of acting on a shipment that would have been on time.")
    currency: str = Field(description="The currency of both, as ISO 4217 writes it: EUR, USD.")

    @property
    def act_above(self) -> float:
        """The probability above which acting costs less than waiting."""
        return self.needless_action / (self.needless_action + self.missed_delay)

    @field_validator("currency")
    @classmethod
    def _currency_is_iso(cls, currency: str) -> str:
        if not re.fullmatch(r"[A-Z]{3}", currency):
            raise ValueError("must be three capitals, as ISO 4217 writes a currency: EUR, USD")
        return currency
