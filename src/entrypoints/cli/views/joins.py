"""The tables that were joined."""

from collections.abc import Iterator, Sequence

from delay_core.reports import JoinCounts


def describe_joins(joins: Sequence[JoinCounts]) -> Iterator[str]:
    """A line for each joined table: how many rows of the main table have a match in it."""
    for join in joins:
        yield f"joined {join.table}: {join.matched:,} rows with a match, {join.unmatched:,} without"
