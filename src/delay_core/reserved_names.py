"""The names of the product's own columns, beside a table's, wherever accepted rows and predictions are stored."""

SHIPMENT_ID = "shipment_id"
SOURCE_ROW = "source_row"
LATE = "late"
"""1 late, 0 on time, NaN while the outcome is unknown."""
KNOWN_AT = "known_at"
"""Since when the outcome is known, UTC; NaT while it is unknown."""
PROBABILITY = "probability"
PREDICTION = "prediction"

RESERVED_NAMES = frozenset({SHIPMENT_ID, SOURCE_ROW, LATE, KNOWN_AT, PROBABILITY, PREDICTION})
