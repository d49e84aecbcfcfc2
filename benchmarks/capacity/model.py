"""The sizes that a rate of predictions needs: replicas of one core, servers of PostgreSQL, disk."""

import math
from dataclasses import dataclass

from benchmarks.capacity.costs import Costs

UTILIZATION = 0.6
"""The share of a core that is planned with: the rest absorbs bursts, a lost replica, garbage collection."""
DATABASE_CORES = 16
"""Of one server of PostgreSQL. A larger one waits for its write-ahead log rather than for processors."""
DATABASE_UTILIZATION = 0.5
"""Half of a server is left to monitoring, to the user interface, and to catching up after an outage."""
WAL_BYTES_PER_SECOND = 250e6
"""That the disk of the write-ahead log takes for long; half of it is planned with. An assumption: ask your provider."""
MAX_DATABASES = 8
"""More servers of PostgreSQL than these, each with some of the tenants, are more work than a log and a column store."""
SECONDS_PER_DAY = 86_400


@dataclass(frozen=True)
class Plan:
    """What a rate needs."""

    rate: float
    """Predictions per second."""
    replicas: int
    """Of the API, one core each; one of them is for the loss of another."""
    databases: int
    """Servers of PostgreSQL with `DATABASE_CORES` cores."""
    terabytes_per_day: float
    """Of the log."""

    @property
    def store(self) -> str:
        """What holds the log at this rate."""
        if self.databases == 1:
            return "one PostgreSQL"
        if self.databases <= MAX_DATABASES:
            return f"{self.databases} PostgreSQL, by tenant"
        return "Kafka and ClickHouse behind PredictionLog"


def plan(rate: float, costs: Costs) -> Plan:
    """The smallest plan that keeps the utilizations."""
    return Plan(
        rate=rate,
        replicas=math.ceil(rate * costs.api_seconds / UTILIZATION) + 1,
        databases=math.ceil(rate / largest_rate_of(1, costs)),
        terabytes_per_day=rate * SECONDS_PER_DAY * costs.row_bytes / 1e12,
    )


def largest_rate_of(databases: int, costs: Costs) -> float:
    """Predictions per second that this number of servers of PostgreSQL can log."""
    cores = costs.rows_per_core * DATABASE_CORES
    disk = WAL_BYTES_PER_SECOND / costs.wal_bytes
    return min(cores, disk) * DATABASE_UTILIZATION * databases
