"""Memory of the API's worker: after a warm-up, and after half a million further requests."""

from benchmarks.report import Target, print_table
from benchmarks.serving.load import run_load
from benchmarks.serving.servers_under_test import BenchmarkEnvironment, ServerUnderTest

CONNECTIONS = 32
WARM_UP_REQUESTS = 20_000
REQUESTS = 500_000

_MAX_MB = 250
_MAX_GROWTH = 0.05
_SAMPLES = 5
_MAX_SECONDS = 3_600


def measure(api: ServerUnderTest, _: BenchmarkEnvironment) -> tuple[dict[str, Target], int]:
    """Print the memory over time; the targets of maximum and growth, and the number of responses."""
    process, requests = api.process, api.requests
    results = [run_load(process.port, requests, CONNECTIONS, seconds=_MAX_SECONDS, max_responses=WARM_UP_REQUESTS)]
    resident = [process.resident_mb]
    for _sample in range(_SAMPLES):
        share = REQUESTS // _SAMPLES
        results.append(
            run_load(process.port, requests, CONNECTIONS, seconds=_MAX_SECONDS, warm_up=0, max_responses=share)
        )
        resident.append(process.resident_mb)
    print_table(
        "Memory of the worker, log in PostgreSQL",
        ("after further requests", "resident MB"),
        [(f"{number * REQUESTS // _SAMPLES:,}", f"{mb:.1f}") for number, mb in enumerate(resident)],
    )
    figures = {
        "memory of the worker, MB": Target(max(resident), _MAX_MB, "lower"),
        "its growth over 500,000 requests, share": Target(resident[-1] / resident[0] - 1, _MAX_GROWTH, "lower"),
    }
    failed = sum(sum(result.failed.values()) for result in results)
    figures["failed of these"] = Target(failed, 0, "lower")
    return figures, sum(result.answered for result in results)
