"""The thread that keeps the serving model up to date."""

import logging
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

from delay_core.serving import ServingModel
from delay_core.use_cases.follow_alias import ACTOR, FollowAlias, RefreshResult

_LOG = logging.getLogger("delay.api")
STARTUP_TIMEOUT_SECONDS = 20.0
"""Time that a start waits for the first model. After it, the service runs but is not ready."""
_STOP_TIMEOUT_SECONDS = 5.0


class ModelWatcher:
    """Refreshes the model at a regular interval and on request, one refresh at a time.

    Code that reads `model` once uses the same version until its end, whatever the watcher swaps in meanwhile.
    """

    def __init__(self, follow_alias: FollowAlias, poll_seconds: float) -> None:
        self._follow_alias = follow_alias
        self._poll_seconds = poll_seconds
        self._refresh_lock = threading.Lock()
        self._stopped = threading.Event()
        self._first_refresh = threading.Event()
        self._recorder = ThreadPoolExecutor(1, thread_name_prefix="swap-recorder")
        self._thread = threading.Thread(target=self._run, name="model-watcher", daemon=True)

    @property
    def model(self) -> ServingModel | None:
        """The model that serves, if any."""
        return self._follow_alias.model

    @property
    def serving_since(self) -> datetime | None:
        """When that model began to serve here (UTC)."""
        return self._follow_alias.serving_since

    @property
    def problem(self) -> str | None:
        """Why the version at the alias does not serve; may contain URLs and paths."""
        return self._follow_alias.problem

    @property
    def public_problem(self) -> str | None:
        """The same for callers of the API."""
        return self._follow_alias.public_problem

    def start(self) -> None:
        """Start the thread; return after the first refresh, or after STARTUP_TIMEOUT_SECONDS."""
        self._thread.start()
        self._first_refresh.wait(STARTUP_TIMEOUT_SECONDS)

    def close(self) -> None:
        """Stop the thread, then write the audit entries that are left."""
        self._stopped.set()
        self._thread.join(_STOP_TIMEOUT_SECONDS)
        self._recorder.shutdown()

    def refresh(self, actor: str = ACTOR, request_id: str | None = None, *, force: bool = False) -> RefreshResult:
        """Refresh now; `force` also retries a version that was refused recently.

        A swap is recorded in a thread of its own, because that may take longer than a request should.
        """
        with self._refresh_lock:
            result = self._follow_alias.refresh(actor, request_id, force=force)
        if result.swap is not None:
            self._recorder.submit(self._record, result)
        return result

    def _record(self, result: RefreshResult) -> None:
        if result.swap is not None:
            self._follow_alias.record_swap(result.swap, ask_promotions=not self._stopped.is_set())

    def _run(self) -> None:
        while not self._stopped.is_set():
            try:
                self.refresh()
            except Exception:  # noqa: BLE001 - an error must not end the thread
                _LOG.exception("the refresh of the serving model failed")
            self._first_refresh.set()
            self._stopped.wait(self._poll_seconds)
