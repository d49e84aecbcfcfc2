"""Notices as lines of the log."""

from adapters.log.notifier import Notifier

__all__ = ["Notifier"]
