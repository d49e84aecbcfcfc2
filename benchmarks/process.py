"""The duration and the peak memory of a command."""

import os
import re
import resource
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

_SAMPLE_SECONDS = 0.05


@dataclass(frozen=True)
class Measurement:
    """Wall seconds, those of a processor, and peak resident memory in MiB."""

    seconds: float
    processor_seconds: float
    peak_mib: float


def measure(command: Sequence[str], environment: Mapping[str, str]) -> Measurement:
    """Run the command. Raises RuntimeError with its output if it fails.

    The kernel's record of the peak, `ru_maxrss`, contains the size of the process that started the command, so the
    peak of the program itself is sampled while it runs.
    """
    began, usage, peak = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN), 0
    with subprocess.Popen(  # noqa: S603 - the benchmark's own commands
        command, env={**os.environ, **environment}, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    ) as process:
        while True:
            try:
                output, _ = process.communicate(timeout=_SAMPLE_SECONDS)
                break
            except subprocess.TimeoutExpired:
                peak = max(peak, _peak_kib(process.pid))
    if process.returncode:
        raise RuntimeError(f"{' '.join(command)} exited with {process.returncode}:\n{output.decode()[-2000:]}")
    seconds, after = time.perf_counter() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
    processor_seconds = after.ru_utime + after.ru_stime - usage.ru_utime - usage.ru_stime
    return Measurement(seconds, processor_seconds, (peak or after.ru_maxrss) / 1024)


def _peak_kib(pid: int) -> int:
    """The peak of a running process so far; 0 where there is no /proc."""
    try:
        line = re.search(r"^VmHWM:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text(), re.MULTILINE)
    except OSError:
        return 0
    return int(line[1]) if line else 0
