"""A folder and a bucket kept alike: compared three ways with what both were when last alike."""

from adapters.s3.sync.plan import Plan, three_way
from adapters.s3.sync.report import Report, Step
from adapters.s3.sync.sync import Sync, synchronise

__all__ = ["Plan", "Report", "Step", "Sync", "synchronise", "three_way"]
