"""Runs of monitoring into a database, in processes of their own: all see the same predictions and outcomes."""

from multiprocessing.synchronize import Barrier

from adapters.sql import Database, MonitoringStore
from support.monitored_model import MonitoredModel

DAYS = 7


def run_monitor(url: str, barrier: Barrier | None = None) -> None:
    """Monitor a week with a harm in it, as `delay monitor run` does, and store the results."""
    database = Database(url, "monitoring")
    model = MonitoredModel(store=MonitoringStore(database))
    for day in range(DAYS):
        model.serve(day, harm=0.3 if day >= 3 else 0.0)
    if barrier is not None:
        barrier.wait()
    model.run(DAYS)
    database.close()
