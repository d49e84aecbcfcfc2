"""How the probability of a shipment changed, and who did what."""

import altair as alt
import pandas as pd
import streamlit as st

from entrypoints.api.schemas import RecordedOutcome
from entrypoints.ui.amounts import format_probability
from entrypoints.ui.plain_text import plain, shorten
from entrypoints.ui.shipment_view import ShipmentHistory, describe_action
from entrypoints.ui.widgets.clock import viewer_time, viewer_zone

_MAX_NOTE = 1000
_MAX_LINES = 5
"""Predictions in words; the chart has all."""


def draw_history(history: ShipmentHistory) -> None:
    """Probabilities over time, then actions, the newest first."""
    rows = history.probabilities()
    st.subheader("History of the probability")
    if len(rows) > 1:
        frame = pd.DataFrame(
            {
                "time": [moment.astimezone(viewer_zone()).replace(tzinfo=None) for moment, _, _ in rows],
                "percent": [100 * probability for _, probability, _ in rows],
                "version": [str(version) for _, _, version in rows],
            }
        )
        base = alt.Chart(frame).encode(
            x=alt.X("time:T", title="Predicted at, your time", axis=alt.Axis(format="%d %b %H:%M")),
            y=alt.Y("percent:Q", title="Late, percent", scale=alt.Scale(domain=[0, 100])),
            tooltip=[alt.Tooltip("percent:Q", format=".0f"), alt.Tooltip("version:N", title="Model version")],
        )
        chart = base.mark_line(interpolate="step-after") + base.mark_point(filled=True, size=60)
        percents = ", ".join(format_probability(probability) for _, probability, _ in rows)
        st.altair_chart(chart.properties(height=220, description=f"Probability of being late over time: {percents}"))
    lines = (
        f"- {plain(viewer_time(moment))}: {plain(format_probability(probability))} by version {version}"
        for moment, probability, version in reversed(rows[-_MAX_LINES:])
    )
    st.markdown("\n".join(lines))
    st.subheader("Who did what")
    if not history.actions:
        st.caption("Nobody has done anything about it yet.")
    for action in history.actions:
        reason = f" ({action.reason})" if action.reason else ""
        st.markdown(f"- {plain(viewer_time(action.at))}: {plain(describe_action(action) + reason)}")
        if action.note:
            st.text(shorten(action.note, _MAX_NOTE))


def draw_outcome(outcome: RecordedOutcome) -> None:
    """What happened in the end."""
    result = "It came late" if outcome.late else "It came on time"
    sentence = f"{result}, known at {viewer_time(outcome.known_at)}, reported by {outcome.source}."
    show = st.warning if outcome.late else st.success
    show(plain(sentence), icon=":material/flag:")
