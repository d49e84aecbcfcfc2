"""Score: the probability of one shipment, or of a file of shipments."""

import streamlit as st


def show() -> None:
    """Draw the page."""
    st.title("Score")
