"""What depends on whether the viewer's page is light or dark, where Streamlit does not adapt it."""

from typing import Literal

import streamlit as st

_TEXT = {"light": "#1b1f24", "dark": "#eef1f5"}


def text_color() -> str:
    """The color of text in a chart: Vega draws marks of text in black."""
    return _TEXT["dark" if _is_dark() else "light"]


def main_button() -> Literal["primary", "secondary"]:
    """The type of the most important button: Streamlit's primary one has white text, also on light blue."""
    return "secondary" if _is_dark() else "primary"


def _is_dark() -> bool:
    return st.context.theme.type == "dark"
