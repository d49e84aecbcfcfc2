"""The first rows of a table without a schema, and the format of its file."""

from dataclasses import dataclass
from typing import Protocol

import pandas as pd

from delay_core.schema import SourceFormat


@dataclass(frozen=True)
class Sample:
    """Raw rows as a `ShipmentSource` returns them, and the detected format of the file.

    `form` has the detected delimiter, encoding, quote and sheet, `evidence` one sentence per finding; `whole` is true
    if the table has no further rows.
    """

    rows: pd.DataFrame
    form: SourceFormat
    evidence: tuple[str, ...]
    whole: bool


class TableSampler(Protocol):
    """Reads the start of tables without a schema. Raises SourceError that names the table and the remedy."""

    def sample(self, url: str, rows: int) -> Sample:
        """The first rows of the table: at most `rows`, at least one."""
        ...
