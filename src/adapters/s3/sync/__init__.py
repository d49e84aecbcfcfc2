"""A folder and a bucket kept alike: compared three ways with what both were when last alike."""

from adapters.s3.sync.plan import Plan, three_way
from adapters.s3.sync.sync import FolderSync, Sync

__all__ = ["FolderSync", "Plan", "Sync", "three_way"]
