"""The selected row of a table belongs to a shipment, also when other rows are shown."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class DrawnTable:
    """The rows of the table in the browser. A table of another number is another table, without a selection."""

    ids: tuple[str, ...] = ()
    number: int = 0

    def selected(self, rows: Sequence[int] | None, in_url: str | None) -> str | None:
        """The id of the row that is selected in this table; that of the URL while there is no table, and no `rows`."""
        if rows is None:
            return in_url
        return self.ids[rows[0]] if rows and rows[0] < len(self.ids) else None

    def redrawn(self, ids: Sequence[str], selected: str | None) -> "DrawnTable":
        """The table with these rows.

        Streamlit keeps the position of a selected row, not its shipment: other rows then need another table. Without a
        selection, the browser draws them into the same table, in less time.
        """
        is_other = selected is not None and tuple(ids) != self.ids
        return DrawnTable(tuple(ids), self.number + is_other)
