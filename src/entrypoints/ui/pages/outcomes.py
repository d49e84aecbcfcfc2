"""Outcomes: whether shipments came late."""

import streamlit as st


def show() -> None:
    """Draw the page."""
    st.title("Outcomes")
