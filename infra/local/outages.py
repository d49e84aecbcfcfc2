"""Outages of a database: stopped as by a power cut, or frozen so that its clients wait."""

import os
import signal
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path

from infra.local.postgres import PostgresServer


@contextmanager
def stopped(server: PostgresServer) -> Iterator[None]:
    """In the block, nothing listens on the server's port."""
    server.stop(immediate=True)
    try:
        yield
    finally:
        server.restart()


@contextmanager
def frozen(server: PostgresServer) -> Iterator[None]:
    """In the block, the server's port accepts connections and does not answer."""
    postmaster = int((server.data / "postmaster.pid").read_text().split()[0])
    stopped_pids = [postmaster]
    os.kill(postmaster, signal.SIGSTOP)  # first: it starts no more of them
    try:
        for child in map(int, Path(f"/proc/{postmaster}/task/{postmaster}/children").read_text().split()):
            with suppress(ProcessLookupError):
                os.kill(child, signal.SIGSTOP)
                stopped_pids.append(child)
        yield
    finally:
        for pid in reversed(stopped_pids):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGCONT)


OUTAGES: Mapping[str, Callable[[PostgresServer], AbstractContextManager[None]]] = {
    "stopped": stopped,
    "frozen": frozen,
}
