"""The thread that keeps the worklist up to date, so that a planner does not wait for it."""

import logging
from collections.abc import Callable
from datetime import UTC, datetime

from delay_core.errors import StoreError
from delay_core.planning import WorklistModel
from delay_core.use_cases.read_worklist import ReadWorklist
from entrypoints.api.serving.background_thread import BackgroundThread

_LOG = logging.getLogger("delay.api")
_REFRESHES_PER_CLEANUP = 12


class WorklistUpdater(BackgroundThread):
    """Takes in new predictions at a regular interval, and from time to time forgets closed shipments."""

    def __init__(self, read_worklist: ReadWorklist, model: Callable[[], WorklistModel], refresh_seconds: float) -> None:
        super().__init__("worklist-updater")
        self._read_worklist = read_worklist
        self._model = model
        self._refresh_seconds = refresh_seconds
        self._refreshes = 0
        self._problem = ""

    def update(self) -> None:
        """Update once. A store that is unavailable is logged when it becomes so, and tried again at the next time."""
        model, now = self._model(), datetime.now(UTC)
        try:
            self._read_worklist.refresh(model, now)
            if self._refreshes % _REFRESHES_PER_CLEANUP == 0:
                self._read_worklist.drop_closed(model, now)
            self._refreshes += 1
            self._problem = ""
        except StoreError as error:
            if str(error) != self._problem:
                _LOG.warning("the worklist is not updated: %s", error)
            self._problem = str(error)

    def _run(self) -> None:
        while not self._stopped.is_set():
            try:
                self.update()
            except Exception:  # noqa: BLE001 - an error must not end the thread
                _LOG.exception("the update of the worklist failed")
            self._stopped.wait(self._refresh_seconds)
