"""Predictions for a table."""

from datetime import datetime

from delay_core.reports.report import Report
from delay_core.row_counts import RowCounts


class RankedShipment(Report):
    """An open shipment, its probability of being late, and the reasons in words, the strongest first.

    `point` is its prediction point, UTC; `act` whether acting on it pays at the costs given.
    """

    shipment_id: str
    source_row: int
    point: datetime
    probability: float
    label_set: str
    act: bool
    reasons: tuple[str, ...]


class PredictReport(Report):
    """Predictions for a table: how many, and the likeliest to be late; all of them lie at the address.

    `act_above` is the probability from which acting pays, `to_act_on` the rows where it does, and `expected_saving`
    what deciding row by row saves against always waiting, as expected, in `currency` (None: in needless actions).
    """

    address: str
    rows: RowCounts
    act_above: float
    to_act_on: int
    expected_saving: float
    currency: str | None
    top: tuple[RankedShipment, ...]
