"""Shipments that were read."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from delay_core.errors import InvalidShipment
from delay_core.features import Columns
from delay_core.requests.shapes import Record, Shape

Request = Sequence[Record]
"""The shipments that one caller asks about together."""


@dataclass(frozen=True)
class Shipments:
    """Valid shipments: canonical columns [rows], ids, and the records that they were read from, with their shapes."""

    columns: Columns
    ids: list[str]
    records: list[tuple[Shape, Record]]

    @property
    def notes(self) -> list[tuple[str, ...]]:
        """Of each what its sender should know: which columns were not read."""
        return [shape.notes for shape, _ in self.records]

    def given(self, row: int) -> Record:
        """What was given, under the schema's names, without personal data and what else is not read."""
        shape, record = self.records[row]
        return shape.kept(record)

    def __len__(self) -> int:
        return len(self.ids)

    def __getitem__(self, place: slice) -> "Shipments":
        columns = {name: values[place] for name, values in self.columns.items()}
        return Shipments(columns, self.ids[place], self.records[place])

    def table(self) -> pd.DataFrame:
        """The same as a table of accepted shipments."""
        return pd.DataFrame(
            {
                name: pd.DatetimeIndex(values).tz_localize("UTC") if values.dtype.kind == "M" else values
                for name, values in self.columns.items()
            }
        )


@dataclass(frozen=True)
class Group:
    """Several requests read together: the shipments of all that are valid, and of each request where its rows are, or
    why it is refused; None: it needs a closer look, for which there was no time.
    """

    shipments: Shipments
    places: list[slice | InvalidShipment | None]


def joined(parts: Sequence[Shipments]) -> Shipments:
    """One after the other."""
    return Shipments(
        {name: np.concatenate([part.columns[name] for part in parts]) for name in parts[0].columns},
        [one for part in parts for one in part.ids],
        [one for part in parts for one in part.records],
    )
