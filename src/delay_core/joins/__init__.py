"""The main table of a source with the columns of further tables (`source.join`)."""

from delay_core.joins.joined_table import JoinedChunk, JoinedTable

__all__ = ["JoinedChunk", "JoinedTable"]
