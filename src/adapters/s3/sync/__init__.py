"""Two-way synchronization of a folder and a bucket: both are compared with their state after the previous run."""

from adapters.s3.sync.plan import SyncPlan, merge_three_way
from adapters.s3.sync.sync import FolderSync, SyncPair

__all__ = ["FolderSync", "SyncPair", "SyncPlan", "merge_three_way"]
