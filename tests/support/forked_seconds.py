"""Processor seconds of the processes that this one lets its fork server fork: they are not its own children."""

import os
from multiprocessing import forkserver
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")


def forked_seconds() -> float:
    """Of the fork server, and of the processes that it has waited for; 0 without one, and where /proc is missing."""
    pid = getattr(forkserver._forkserver, "_forkserver_pid", None)
    if pid is None:
        return 0.0
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return sum(map(int, fields[11:15])) / _TICKS  # utime, stime, cutime, cstime
