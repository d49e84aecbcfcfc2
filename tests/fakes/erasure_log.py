"""Erasures in memory."""

from datetime import datetime

from delay_core.ports import erasure_log as port
from delay_core.ports.erasure_log import Erasure, digest_of
from fakes.prediction_log import PredictionLog


class ErasureLog(port.ErasureLog):
    """The erasures of a fake `PredictionLog`."""

    def __init__(self, log: PredictionLog) -> None:
        self._log = log

    def read_since(self, oldest: datetime) -> list[Erasure]:
        erased_at = self._log.erased_at
        return [Erasure(digest_of(shipment), time) for shipment, time in erased_at.items() if time >= oldest]
