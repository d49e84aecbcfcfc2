"""Memory of the API's worker: after a warm-up, and after half a million requests more."""

from benchmarks.report import Target, print_table
from benchmarks.serving.contestants import Contestant, Ground
from benchmarks.serving.load import press

CONNECTIONS = 32
WARM_UP = 20_000
REQUESTS = 500_000

_MOST_MB = 250
_MOST_GROWTH = 0.05
_LOOKS = 5
_ENDLESS = 3_600


def measure(api: Contestant, _: Ground) -> tuple[dict[str, Target], int]:
    """Print what it held on the way; the targets of the most and of the growth, and how many answers it gave."""
    pressed = [press(api.server.port, api.requests, CONNECTIONS, seconds=_ENDLESS, most=WARM_UP)]
    held = [api.server.resident_mb]
    for _turn in range(_LOOKS):
        share = REQUESTS // _LOOKS
        pressed.append(press(api.server.port, api.requests, CONNECTIONS, seconds=_ENDLESS, warm_up=0, most=share))
        held.append(api.server.resident_mb)
    print_table(
        "Memory of the worker, log in PostgreSQL",
        ("after so many requests more", "resident MB"),
        [(f"{number * REQUESTS // _LOOKS:,}", f"{mb:.1f}") for number, mb in enumerate(held)],
    )
    figures = {
        "memory of the worker, MB": Target(max(held), _MOST_MB, "lower"),
        "its growth over 500,000 requests, share": Target(held[-1] / held[0] - 1, _MOST_GROWTH, "lower"),
    }
    failed = sum(sum(one.failed.values()) for one in pressed)
    figures["failed of these"] = Target(failed, 0, "lower")
    return figures, sum(one.answered for one in pressed)
