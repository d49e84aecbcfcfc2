"""Memory of the API's worker: after a warm-up, and after another half a million requests."""

from benchmarks.report import Target, print_table
from benchmarks.serving.load import run_load
from benchmarks.serving.systems import BenchmarkContext, System

CONNECTIONS = 32
WARM_UP_REQUESTS = 20_000
REQUESTS = 500_000

_MAX_MB = 250
_MAX_GROWTH = 0.05
_STEPS = 5
_MAX_SECONDS = 3_600


def measure(api: System, _: BenchmarkContext) -> tuple[dict[str, Target], int]:
    """Print the memory at each step; the targets of maximum and growth, and the number of answers."""
    port, requests = api.server.port, api.requests
    results = [run_load(port, requests, CONNECTIONS, seconds=_MAX_SECONDS, max_answers=WARM_UP_REQUESTS)]
    resident_mb = [api.server.resident_mb]
    for _step in range(_STEPS):
        answers = REQUESTS // _STEPS
        load = run_load(port, requests, CONNECTIONS, seconds=_MAX_SECONDS, warm_up=0, max_answers=answers)
        results.append(load)
        resident_mb.append(api.server.resident_mb)
    print_table(
        "Memory of the worker, log in PostgreSQL",
        ("requests after the warm-up", "resident MB"),
        [(f"{step * REQUESTS // _STEPS:,}", f"{mb:.1f}") for step, mb in enumerate(resident_mb)],
    )
    figures = {
        "memory of the worker, MB": Target(max(resident_mb), _MAX_MB, "lower"),
        "its growth over 500,000 requests, share": Target(resident_mb[-1] / resident_mb[0] - 1, _MAX_GROWTH, "lower"),
    }
    failed = sum(sum(result.failed.values()) for result in results)
    figures["failed of these"] = Target(failed, 0, "lower")
    return figures, sum(result.answered for result in results)
