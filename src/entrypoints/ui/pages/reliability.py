"""How right were we: of what was predicted with a probability, the share that came late."""

import streamlit as st


def show() -> None:
    """Draw the page."""
    st.title("How right were we")
