"""How fast this machine runs Python at the moment, beside the machine on which the budgets of the layers were measured.

Processor seconds of the same work vary: a virtual machine shares its cores with others, and two threads of one core
take about 1.7 times the processor seconds of one. A fixed piece of work, repeated before each test file, shows by how
much.
"""

import textwrap
from pathlib import Path
from time import thread_time

SOURCE = Path(textwrap.__file__).read_text(encoding="utf-8")
REFERENCE_SECONDS = 0.0041  # mean of the samples in the run of `make test` on two quiet cores that the budgets are from


def sample() -> float:
    """Processor seconds of compiling one module of the standard library: allocations and branches, as tests have."""
    start = thread_time()
    compile(SOURCE, "sample", "exec", dont_inherit=True)
    return thread_time() - start


def slowdown(total_seconds: float, samples: int) -> float:
    """How many times slower than the reference this machine was; at least 1, so that budgets never shrink."""
    return max(1.0, total_seconds / samples / REFERENCE_SECONDS) if samples else 1.0
