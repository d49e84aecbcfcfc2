"""How small a slice may be."""

MIN_SLICE_ROWS = 50
"""Fewer rows are no slice."""
MIN_SLICE_GROUPS = 10
"""Where rows come in groups, what fewer groups show may be chance, whatever the number of rows."""
