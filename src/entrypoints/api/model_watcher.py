"""A thread that refreshes the model that serves."""

import logging
import threading
from concurrent.futures import ThreadPoolExecutor

from delay_core.serving import ServingModel
from delay_core.use_cases.follow_alias import ACTOR, FollowAlias, RefreshResult

_LOG = logging.getLogger("delay.api")
STARTUP_TIMEOUT_SECONDS = 20.0
"""How long a start waits for a model; without one, the service is alive and not ready."""


class ModelWatcher:
    """Follows the serving alias. Whoever reads `model` may use it as long as they need it."""

    def __init__(self, follow_alias: FollowAlias, poll_seconds: float) -> None:
        self._follow_alias, self._poll_seconds = follow_alias, poll_seconds
        self._refresh_lock = threading.Lock()
        self._stop = threading.Event()
        self._first_refresh = threading.Event()
        self._recorder = ThreadPoolExecutor(1, thread_name_prefix="recorder")
        self._thread = threading.Thread(target=self._run, name="model-watcher", daemon=True)

    @property
    def model(self) -> ServingModel | None:
        """The model that serves, if any."""
        return self._follow_alias.model

    @property
    def problem(self) -> str | None:
        """Why the version at the alias does not serve; for operators."""
        return self._follow_alias.problem

    @property
    def public_problem(self) -> str | None:
        """The same for callers of the API."""
        return self._follow_alias.public_problem

    def start(self) -> None:
        """Start the thread and wait for its first refresh, at most as long as a start may take."""
        self._thread.start()
        self._first_refresh.wait(STARTUP_TIMEOUT_SECONDS)

    def close(self) -> None:
        """Stop the thread, and finish recording swaps."""
        self._stop.set()
        self._thread.join(timeout=5)
        self._recorder.shutdown()

    def refresh(self, actor: str = ACTOR, request_id: str | None = None, *, force: bool = False) -> RefreshResult:
        """Follow the alias now; `force` retries a version that was refused recently. Thread-safe."""
        with self._refresh_lock:
            result = self._follow_alias.refresh(actor, request_id, force=force)
        if result.swap is not None:  # recorded by another thread: the new version serves meanwhile
            swap = result.swap
            self._recorder.submit(lambda: self._follow_alias.record_swap(swap, ask_promotions=not self._stop.is_set()))
        return result

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                self.refresh()
            except Exception:  # noqa: BLE001 - a thread that ends would follow no further version
                _LOG.exception("the serving alias was not followed")
            self._first_refresh.set()
            self._stop.wait(self._poll_seconds)
