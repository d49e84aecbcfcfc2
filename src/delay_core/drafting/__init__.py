"""Drafting: a schema for a table that nobody has described yet, from a look at its first rows."""

from delay_core.drafting.draft import draft

__all__ = ["draft"]
