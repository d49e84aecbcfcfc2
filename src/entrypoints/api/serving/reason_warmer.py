"""The thread that computes the reasons of open shipments ahead, so that a planner's filter does not wait for them."""

import logging
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

from delay_core.errors import StoreError
from delay_core.ports.prediction_reader import PredictionReader
from delay_core.ports.worklist import Worklist, WorklistFilter, WorklistPosition
from delay_core.serving import ServingModel
from entrypoints.api.serving.background_thread import BackgroundThread
from entrypoints.api.serving.reasons import ReasonCache

MAX_SHIPMENTS = 10_000
"""Shipments that are explained ahead: the first ones of the worklist."""
_LOG = logging.getLogger("delay.api")
_PAGE_SHIPMENTS = 500
_BATCH_PREDICTIONS = 20
_PAUSE_FACTOR = 3.0
"""Pause after each part of the work, in durations of that part: the thread takes at most a quarter of a core."""
_POLL_SECONDS = 1.0
_PASS_SECONDS = 30.0
"""Pause between two passes over the worklist."""


class ReasonWarmer(BackgroundThread):
    """Fills the cache of reasons in the order of the worklist, after a planner has read it; else it rests."""

    def __init__(
        self,
        worklist: Worklist,
        predictions: PredictionReader,
        reasons: ReasonCache,
        model: Callable[[], ServingModel | None],
        open_for: timedelta,
    ) -> None:
        """`model` is the version that serves now; `open_for`: how long a shipment is in the worklist."""
        super().__init__("reason-warmer")
        self._worklist = worklist
        self._predictions = predictions
        self._reasons = reasons
        self._model = model
        self._open_for = open_for

    def warm(self, now: datetime) -> Iterator[None]:
        """One pass over the first shipments that are open `now` (UTC), in parts between which the caller can pause.

        Ends early if another version serves. Raises StoreError.
        """
        model = self._model()
        if model is None:
            return
        version = model.version
        conditions = WorklistFilter(version.name, now - self._open_for, model_version=version.version)
        position = None
        for _ in range(0, MAX_SHIPMENTS, _PAGE_SHIPMENTS):
            page = self._worklist.read(conditions, _PAGE_SHIPMENTS, 1, position).page
            missing = self._reasons.missing(model, [one.prediction_id for one in page])
            yield
            for start in range(0, len(missing), _BATCH_PREDICTIONS):
                if self._model() is not model:
                    return
                batch = self._predictions.get_many(missing[start : start + _BATCH_PREDICTIONS])
                self._reasons.add(model, list(batch.values()))
                yield
            if len(page) < _PAGE_SHIPMENTS:
                return
            position = WorklistPosition(page[-1].probability, page[-1].prediction_id)

    def _run(self) -> None:
        reads = 0
        while not self._stopped.wait(_POLL_SECONDS):
            self._reasons.drop_unused()
            if self._reasons.reads == reads:
                continue
            reads = self._reasons.reads
            try:
                self._warm_slowly()
            except StoreError:
                pass  # the updater of the worklist reports it
            except Exception:  # noqa: BLE001 - an error must not end the thread
                _LOG.exception("computing reasons ahead failed")
            self._stopped.wait(_PASS_SECONDS)

    def _warm_slowly(self) -> None:
        began = time.monotonic()
        for _ in self.warm(datetime.now(UTC)):
            if self._stopped.wait(_PAUSE_FACTOR * (time.monotonic() - began)):
                return
            began = time.monotonic()
