"""A command as a process of its own: how long it took, and the most memory it held."""

import os
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Measured:
    """Wall seconds, and peak resident memory in MiB."""

    seconds: float
    peak_mib: float


def measure(command: Sequence[str], environment: Mapping[str, str]) -> Measured:
    """Run it to its end. Raises RuntimeError with its output when it fails."""
    began = time.perf_counter()
    with subprocess.Popen(  # noqa: S603 - the benchmark's own commands
        command, env={**os.environ, **environment}, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    ) as process:
        output = process.stdout.read() if process.stdout else b""
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"{' '.join(command)} ended with {process.returncode}:\n{output.decode()[-2000:]}")
    return Measured(time.perf_counter() - began, usage.ru_maxrss / 1024)
