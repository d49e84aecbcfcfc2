"""The duration and the peak memory of a command."""

import os
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Measurement:
    """Wall seconds, those of a processor, and peak resident memory in MiB."""

    seconds: float
    processor_seconds: float
    peak_mib: float


def measure(command: Sequence[str], environment: Mapping[str, str]) -> Measurement:
    """Run the command. Raises RuntimeError with its output if it fails."""
    began = time.perf_counter()
    with subprocess.Popen(  # noqa: S603 - the benchmark's own commands
        command, env={**os.environ, **environment}, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    ) as process:
        output = process.stdout.read() if process.stdout else b""
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"{' '.join(command)} exited with {process.returncode}:\n{output.decode()[-2000:]}")
    seconds, processor_seconds = time.perf_counter() - began, usage.ru_utime + usage.ru_stime
    return Measurement(seconds, processor_seconds, usage.ru_maxrss / 1024)
