"""The beginning of a table that nobody has described yet."""

from dataclasses import dataclass
from typing import Protocol

import pandas as pd

from delay_core.schema import SourceFormat


@dataclass(frozen=True)
class Sample:
    """Raw rows as a `ShipmentSource` gives them, and how the file seems to be written.

    `form` holds what was found (delimiter, encoding, quote, sheet), `evidence` one sentence for each finding;
    `whole` says that the table has no further rows.
    """

    rows: pd.DataFrame
    form: SourceFormat
    evidence: tuple[str, ...]
    whole: bool


class TableSampler(Protocol):
    """Looks at tables without a schema. Raises SourceError naming the table and what would be right."""

    def sample(self, url: str, rows: int) -> Sample:
        """At most so many rows from the beginning, at least one."""
        ...
