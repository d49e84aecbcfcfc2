"""Shipment: one shipment, what would change it, and what was done."""

import streamlit as st


def show() -> None:
    """Draw the page."""
    st.title("Shipment")
