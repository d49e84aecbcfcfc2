"""Simulated shipments as requests to the API: some to begin with, then a trickle, each with an outcome later."""

from collections import deque
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from entrypoints.api.schemas import Outcome, OutcomesRequest, PredictRequest, Shipment
from entrypoints.ui.client import ApiClient

FIRST_SHIPMENTS = 60
OPEN_SHIPMENTS = 60
"""From so many on, a new shipment is accompanied by the outcome of the oldest one."""
_BETWEEN_FIRST = timedelta(minutes=9)

Row = tuple[Mapping[str, object], bool]
"""The fields of a shipment, and whether it will be late."""


class Traffic:
    """Sends what `rows` yields; `time_field` of each shipment is set to the present."""

    def __init__(self, client: ApiClient, rows: Iterator[Row], time_field: str) -> None:
        self._client, self._rows, self._time_field = client, rows, time_field
        self._open: deque[tuple[str, bool]] = deque()

    def begin(self) -> None:
        """Shipments of the last hours, so that the worklist has something to order."""
        now = datetime.now(UTC)
        self._predict([now - number * _BETWEEN_FIRST for number in range(FIRST_SHIPMENTS, 0, -1)])

    def step(self) -> None:
        """One new shipment, and the outcome of the oldest one."""
        self._predict([datetime.now(UTC)])
        if len(self._open) > OPEN_SHIPMENTS:
            shipment_id, late = self._open.popleft()
            self._client.record_outcomes(OutcomesRequest(data=[Outcome(shipment_id=shipment_id, late=late)]))

    def _predict(self, times: list[datetime]) -> None:
        shipments, labels = [], []
        for moment, (fields, late) in zip(times, self._rows, strict=False):
            shipments.append(Shipment({**fields, self._time_field: moment.isoformat(timespec="seconds")}))
            labels.append(late)
        if shipments:
            answers = self._client.predict(PredictRequest(data=shipments), str(uuid4()))
            self._open.extend(zip(answers.model_dump()["shipment_id"], labels, strict=True))
