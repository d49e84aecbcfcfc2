"""Threads of this process: independent tasks on several cores."""

from adapters.threads.worker_pool import WorkerPool

__all__ = ["WorkerPool"]
