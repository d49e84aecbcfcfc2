"""A thread of the API that works beside requests until the API stops."""

import threading
from abc import ABC, abstractmethod

_STOP_TIMEOUT_SECONDS = 5.0


class BackgroundThread(ABC):
    """A daemon thread. `_run` returns soon after `_stopped` is set, and waits by it."""

    def __init__(self, name: str) -> None:
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    def close(self) -> None:
        """Stop the thread; work in a store that takes long is left to its database."""
        self._stopped.set()
        if self._thread.ident is not None:
            self._thread.join(_STOP_TIMEOUT_SECONDS)

    @abstractmethod
    def _run(self) -> None:
        """Work until the thread is stopped."""
