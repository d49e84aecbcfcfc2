"""Shipments that were parsed, of one request or of several."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from delay_core.errors import ShipmentValidationError
from delay_core.features import Columns, to_table
from delay_core.request_parsing.record_layout import Record, RecordLayout

Request = Sequence[Record]
"""The shipments of one request."""


@dataclass(frozen=True)
class ParsedShipments:
    """Valid shipments: canonical columns [rows], ids [rows], and the records [rows] that they come from."""

    columns: Columns
    ids: list[str]
    records: list[tuple[RecordLayout, Record]]

    @property
    def notes(self) -> list[tuple[str, ...]]:
        """What the sender of each shipment should know: which columns are ignored."""
        return [layout.notes for layout, _ in self.records]

    def raw_record(self, row: int) -> Record:
        """The values as they were sent, under the schema's names, without personal data and other ignored columns."""
        layout, record = self.records[row]
        return layout.project(record)

    def __len__(self) -> int:
        return len(self.ids)

    def __getitem__(self, rows: slice) -> "ParsedShipments":
        columns = {name: values[rows] for name, values in self.columns.items()}
        return ParsedShipments(columns, self.ids[rows], self.records[rows])

    def table(self) -> pd.DataFrame:
        """The same as a table of accepted shipments."""
        return to_table(self.columns)


@dataclass(frozen=True)
class ParsedBatch:
    """Several requests: the shipments of all valid ones together, and the result of each request.

    A result is the rows of the request's shipments, or its violations, or None: the request needs the validator, which
    the caller has no time for.
    """

    shipments: ParsedShipments
    results: list[slice | ShipmentValidationError | None]


def concat(parts: Sequence[ParsedShipments]) -> ParsedShipments:
    """All shipments, in the order of the parts; at least one part."""
    return ParsedShipments(
        {name: np.concatenate([part.columns[name] for part in parts]) for name in parts[0].columns},
        [shipment_id for part in parts for shipment_id in part.ids],
        [record for part in parts for record in part.records],
    )
