"""The reasons of a probability as bars that add up."""

import altair as alt
import pandas as pd
import streamlit as st

from entrypoints.api.schemas import WhatIfState
from entrypoints.ui.plain_text import plain
from entrypoints.ui.waterfall import waterfall

_BAR_HEIGHT = 34
_TICKS = list(range(0, 101, 20))
_LABEL_SPACE = 1.12
"""The points stand to the right of the longest bar."""
_TEXT = {"light": "#0f1318", "dark": "#eef1f5"}
_KINDS = {"total": "#4a6785", "later": "#c8372d", "sooner": "#2f7d4f"}
"""The sign of the points is written beside each bar, for people who do not tell the colours apart."""


def draw_reasons(state: WhatIfState) -> None:
    """The waterfall, and the reasons in words."""
    bars = waterfall(state)
    frame = pd.DataFrame([vars(bar) for bar in bars]).assign(right=lambda rows: rows[["start", "end"]].max(axis=1))
    order = alt.Y("label:N", sort=None, title=None, axis=alt.Axis(labelLimit=220, labelOverlap=False))
    base = alt.Chart(frame)
    reach = alt.Scale(domain=[min(0, *frame["end"]), _LABEL_SPACE * max(100, *frame["right"])], nice=False)
    steps = base.mark_bar().encode(
        x=alt.X("start:Q", title="Probability of being late, percent", scale=reach, axis=alt.Axis(values=_TICKS)),
        x2="end:Q",
        y=order,
        color=alt.Color("kind:N", scale=alt.Scale(domain=list(_KINDS), range=list(_KINDS.values())), legend=None),
        tooltip=[alt.Tooltip("label:N", title="Column"), alt.Tooltip("text:N", title="Points")],
    )
    labels = base.mark_text(align="left", dx=5, color=_text_color()).encode(x="right:Q", y=order, text="text:N")
    description = f"Reasons: {'; '.join(f'{bar.label} {bar.text}' for bar in bars)}"
    st.altair_chart((steps + labels).properties(height=_BAR_HEIGHT * len(bars), description=description))
    if state.reasons:
        st.markdown("\n".join(f"- {plain(reason.text)}" for reason in state.reasons))


def _text_color() -> str:
    """Streamlit's theme leaves text within a chart black."""
    return _TEXT["dark" if st.context.theme.type == "dark" else "light"]
