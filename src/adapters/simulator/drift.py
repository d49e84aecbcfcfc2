"""Drift in a simulated table: what changes, from when on, and by how much."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Self

import numpy as np
from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from adapters.simulator.causes import CAUSAL_COLUMNS, CAUSES, Floats

DRIFTABLE = (
    "Asset_ID", "Latitude", "Longitude", "Inventory_Level", "Temperature", "Humidity", "Traffic_Status", "Waiting_Time",
    "User_Transaction_Amount", "User_Purchase_Frequency", "Asset_Utilization", "Demand_Forecast",
)  # fmt: skip
"""Columns that covariate drift can shift: all that are drawn before the label, except the time."""

NULLABLE = ("Humidity", "Temperature")
"""Columns that may be empty."""


@dataclass(frozen=True)
class DriftKind:
    """A kind of drift: `meaning` describes its size, `default` and `columns` are the default size and columns."""

    meaning: str
    minimum: float
    maximum: float
    default: float
    allowed: tuple[str, ...]
    columns: tuple[str, ...]


KINDS = {
    "covariate": DriftKind(
        "a column's share u of smaller values becomes u^exp(-size): 1 doubles Heavy traffic, -1 makes it rare",
        -5, 5, 1.0, DRIFTABLE, ("Traffic_Status", "Waiting_Time"),
    ),
    "label": DriftKind("added to the log-odds of being late", -10, 10, 1.0, (), ()),
    "concept": DriftKind(
        "share of the column's effect that disappears: 1 ends it, 2 reverses it",
        -5, 5, 1.0, CAUSAL_COLUMNS, ("Traffic_Status",),
    ),
    "missing": DriftKind("share of values that become empty", 0, 1, 0.3, NULLABLE, NULLABLE),
    "unseen": DriftKind("share of values that become Flooded", 0, 1, 0.2, ("Traffic_Status",), ("Traffic_Status",)),
    "unit": DriftKind("share of values recorded in °F", 0, 1, 1.0, ("Temperature",), ("Temperature",)),
}  # fmt: skip

# -0.0 equals 0.0 but is serialized differently, which would change the digest
Finite = Annotated[float, Field(allow_inf_nan=False), AfterValidator(lambda value: value + 0.0)]


class Drift(BaseModel):
    """One change: none before `start`, growing to `size` over `ramp` (shares of the time span), then staying."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: str
    start: Annotated[Finite, Field(ge=0, le=1)] = 0.6
    ramp: Annotated[Finite, Field(ge=0, le=1)] = 0.1
    size: Finite
    columns: tuple[str, ...]

    @classmethod
    def parse(cls, text: str) -> Self:
        """Parse `KIND[:start=…][,ramp=…][,size=…][,column=…]`. Raises ValueError that names the allowed values."""
        name, _, rest = text.partition(":")
        if name not in KINDS:
            raise ValueError(f"no drift of kind {name!r}; kinds are {', '.join(KINDS)}")
        kind = KINDS[name]
        options = _options(rest)
        column = options.pop("column", None)
        if column is not None and column not in kind.allowed:
            raise ValueError(f"column={column}: {name} drift takes {_list_columns(kind.allowed)}")
        size = _number("size", options.get("size", str(kind.default)), kind.minimum, kind.maximum, kind.meaning)
        start = _number("start", options.get("start", "0.6"), 0, 1, "a share of the table's time span")
        ramp = _number("ramp", options.get("ramp", "0.1"), 0, 1, "a share of the table's time span")
        return cls(kind=name, start=start, ramp=ramp, size=size, columns=kind.columns if column is None else (column,))

    def amount(self, position: Floats) -> Floats:
        """The size [rows] at these positions (0–1) in the table's time span."""
        if self.ramp == 0:
            return np.where(position >= self.start, self.size, 0.0)
        return self.size * (np.clip(position - self.start, 0.0, self.ramp) / self.ramp)


def drift_amount(drifts: Sequence[Drift], kind: str, column: str | None, position: Floats) -> Floats | None:
    """The sum [rows] of the drifts of one kind of a column (None: any column); None if there is no such drift."""
    amounts = [
        drift.amount(position) for drift in drifts if drift.kind == kind and (column is None or column in drift.columns)
    ]
    return np.sum(amounts, axis=0) if amounts else None


def effect_scales(drifts: Sequence[Drift], position: Floats) -> dict[str, Floats]:
    """The scale [rows] of each cause that concept drift changes, by name."""
    scales: dict[str, Floats] = {}
    for cause in CAUSES:
        for drift in drifts:
            if drift.kind == "concept" and set(drift.columns) & set(cause.columns):
                scales[cause.name] = scales.get(cause.name, 1.0) * (1.0 - drift.amount(position))
    return scales


def _options(text: str) -> dict[str, str]:
    options: dict[str, str] = {}
    for part in filter(None, text.split(",")):
        name, equals, value = part.partition("=")
        if name not in ("start", "ramp", "size", "column") or not equals:
            raise ValueError(f"{part!r} is none of start=…, ramp=…, size=…, column=…")
        if name in options:
            raise ValueError(f"{name} is given twice")
        options[name] = value
    return options


def _number(name: str, text: str, minimum: float, maximum: float, meaning: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = float("nan")
    if not minimum <= value <= maximum:
        raise ValueError(f"{name}={text}: allowed is a number from {minimum:g} to {maximum:g} ({meaning})")
    return value


def _list_columns(columns: tuple[str, ...]) -> str:
    return f"column={' or '.join(columns)}" if columns else "no column"
