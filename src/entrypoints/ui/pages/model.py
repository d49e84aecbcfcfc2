"""Model: the versions, their figures, and the decisions about them."""

import streamlit as st


def show() -> None:
    """Draw the page."""
    st.title("Model")
