"""How fast this machine runs Python at the moment, beside the machine on which the budgets of the layers were measured.

Processor seconds of the same work vary: a virtual machine shares its cores and its memory with others, and two threads
of one core take about 1.7 times the processor seconds of one. A fixed piece of work, repeated before each test file,
shows by how much. It has to depend on the machine as the tests do, which wait for memory more than they compute: the
processor seconds of these imports are a constant fraction of those of `import pandas`, from idle to loaded.
"""

import gc
from importlib.util import find_spec, module_from_spec
from time import thread_time

MODULES = ("argparse", "ipaddress", "tarfile")
PANDAS_SECONDS = 0.61
"""Processor seconds of `import pandas` on the machine of the budgets, at the time when they were measured."""
PANDAS_RATIO = 110
"""Processor seconds of `import pandas` by those of a sample: 108 to 112, from fast to slow conditions."""
REFERENCE_SECONDS = PANDAS_SECONDS / PANDAS_RATIO


def sample() -> float:
    """Processor seconds of importing modules of the standard library: reads, code objects, classes and functions."""
    collects = gc.isenabled()
    gc.disable()  # a collection takes as long as this process has objects
    start = thread_time()
    for name in MODULES:
        spec = find_spec(name)
        if spec and spec.loader:
            spec.loader.exec_module(module_from_spec(spec))  # a new copy, which no other import sees
    seconds = thread_time() - start
    if collects:
        gc.enable()
    return seconds


def slowdown(total_seconds: float, samples: int) -> float:
    """How many times slower than the reference this machine was; at least 1, so that budgets never shrink."""
    return max(1.0, total_seconds / samples / REFERENCE_SECONDS) if samples else 1.0
