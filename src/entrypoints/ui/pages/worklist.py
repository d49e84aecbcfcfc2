"""Worklist: what to act on first, and why."""

import streamlit as st


def show() -> None:
    """Draw the page."""
    st.title("Worklist")
