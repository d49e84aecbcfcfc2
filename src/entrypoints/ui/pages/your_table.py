"""Your table: a first schema for a table of your own."""

import streamlit as st


def show() -> None:
    """Draw the page."""
    st.title("Your table")
