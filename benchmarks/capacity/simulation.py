"""A plan under random arrivals: requests wait for their replica, rows for the group commit of their replica.

A replica takes its requests one after another. While a commit of its rows is on its way, the next rows gather. A server
of PostgreSQL has a number of cores; a commit occupies one of them for its rows, and then waits for its flush.
"""

import heapq
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from benchmarks.capacity.costs import Costs
from benchmarks.capacity.model import DATABASE_CORES, Plan

FLUSH_SECONDS = 0.002
"""Of a commit on a network disk; a local one takes less."""
MAX_SIMULATED_REPLICAS = 400
MAX_BACKLOG = 0.1
"""Share of the simulated time: a queue that takes longer to empty after the last arrival has grown."""


@dataclass(frozen=True)
class Simulated:
    """Seconds that one request in a hundred waits longer than, beyond its own computation."""

    p99_queue: float
    p99_commit: float
    is_stable: bool
    """Whether the queues are empty soon after the last arrival."""

    @property
    def p99(self) -> float:
        """An upper bound of the wait of both."""
        return self.p99_queue + self.p99_commit


def simulate(plan: Plan, costs: Costs, seconds: float = 2.0, seed: int = 0) -> Simulated:
    """Simulate the plan, or a part of it in proportion: one database, and the replicas that write into it."""
    rng = np.random.default_rng(seed)
    share = max(1, plan.databases, plan.replicas // MAX_SIMULATED_REPLICAS)
    replicas = max(1, round(plan.replicas / share))
    cores = DATABASE_CORES * plan.databases / share
    rate = plan.rate / plan.replicas
    waits, ends = [], []
    for _ in range(replicas):
        arrivals = np.cumsum(rng.exponential(1 / rate, round(rate * seconds)))
        wait = _waits(arrivals, costs.api_seconds)
        waits.append(wait)
        ends.append(arrivals + wait + costs.api_seconds)
    commits, last_commit = _commit_waits(ends, costs, max(1, round(cores)))
    last_end = max(end[-1] for end in ends)
    return Simulated(
        float(np.percentile(np.concatenate(waits), 99)),
        float(np.percentile(commits, 99)),
        bool(max(last_end, last_commit) < seconds * (1 + MAX_BACKLOG)),
    )


def _waits(arrivals: NDArray[np.float64], service: float) -> NDArray[np.float64]:
    """The wait of each request for one server with constant service time (Lindley's recursion, in closed form)."""
    steps = np.diff(arrivals, prepend=arrivals[0])
    walk = np.cumsum(service - steps) - service
    walk[0] = 0.0
    lowest: NDArray[np.float64] = np.minimum.accumulate(np.minimum(walk, 0.0))
    return walk - lowest


def _commit_waits(ends: list[NDArray[np.float64]], costs: Costs, cores: int) -> tuple[NDArray[np.float64], float]:
    """From the end of each computation to the commit that has its row; and the time of the last commit."""
    free = [0.0] * cores
    starts = [(float(end[0]), replica, 0) for replica, end in enumerate(ends) if len(end)]
    heapq.heapify(starts)
    waits, last_commit = [], 0.0
    while starts:
        start, replica, first = heapq.heappop(starts)
        last = int(np.searchsorted(ends[replica], start, side="right"))
        begin = max(start, heapq.heappop(free))
        busy = costs.database_seconds * (last - first)
        heapq.heappush(free, begin + busy)
        done = begin + busy + FLUSH_SECONDS
        waits.append(done - ends[replica][first:last])
        last_commit = max(last_commit, done)
        if last < len(ends[replica]):
            heapq.heappush(starts, (max(done, float(ends[replica][last])), replica, last))
    return np.concatenate(waits), last_commit
