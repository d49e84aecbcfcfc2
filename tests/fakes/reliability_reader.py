"""Counts of predictions in memory."""

from collections import defaultdict
from datetime import datetime

from delay_core.ports import reliability_reader as port
from delay_core.ports.action_log import ActionLog
from delay_core.ports.outcome_log import OutcomeLog
from delay_core.ports.prediction_reader import PredictionReader
from delay_core.ports.reliability_reader import BAND_EDGES, BandCounts, WindowCounts
from delay_core.uuid7 import sample_limit


class ReliabilityReader(port.ReliabilityReader):
    """Computes what the port promises from the other logs, row by row."""

    def __init__(self, predictions: PredictionReader, outcomes: OutcomeLog, actions: ActionLog) -> None:
        self._predictions, self._outcomes, self._actions = predictions, outcomes, actions

    def count(self, model_name: str, since: datetime, until: datetime, max_rows: int) -> WindowCounts:
        rows = [row for batch in self._predictions.read_window(since, until, model_name) for row in batch]
        limit = sample_limit(len(rows), max_rows) if len(rows) > max_rows else 2**64
        sample = [row for row in rows if row.prediction_id.int % 2**64 < limit and row.probability is not None]
        acted_on = self._actions.acted_on({row.shipment_id or "" for row in sample})
        bands: defaultdict[int, list[tuple[float, bool]]] = defaultdict(list)
        for row in sample:
            history = self._outcomes.history(row.shipment_id or "")
            if history and row.shipment_id not in acted_on:
                probability = row.probability or 0.0
                bands[sum(probability >= edge for edge in BAND_EDGES)].append((probability, history[-1].late))
        return WindowCounts(
            rows=len(rows),
            sampled_rows=len(sample),
            acted_on=sum(row.shipment_id in acted_on for row in sample),
            bands=tuple(
                BandCounts(band, len(known), sum(late for _, late in known), sum(p for p, _ in known))
                for band, known in sorted(bands.items())
            ),
        )
