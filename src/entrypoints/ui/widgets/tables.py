"""Sizes of tables whose cells hold sentences."""

WRAPPED_ROW_PIXELS = 68
"""Room for three lines of text. Streamlit wraps text in rows of more than 64 pixels."""
