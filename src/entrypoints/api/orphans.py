"""A worker whose parent was killed stops: nothing would stop or replace it, and it would keep the port."""

import os
import signal
from multiprocessing import parent_process
from threading import Thread


def stop_when_orphaned() -> None:
    """In a worker, wait in a thread for the end of its parent, then stop as on SIGTERM; else do nothing."""
    parent = parent_process()
    if parent is None:
        return

    def wait() -> None:
        parent.join()
        os.kill(os.getpid(), signal.SIGTERM)

    Thread(target=wait, name="parent-watch", daemon=True).start()
