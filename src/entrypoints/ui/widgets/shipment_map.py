"""Where the shipments are. Without map tiles: those would be requests of each viewer to a host on the internet."""

from collections.abc import Sequence

import altair as alt
import pandas as pd
import streamlit as st

from entrypoints.ui.worklist_view import MapPoint

_LABEL_SETS = ["late", "cannot tell", "on time", "unknown"]
_SHAPES = ["triangle-up", "diamond", "circle", "square"]
"""A form beside the colour: some people do not tell the colours apart."""


def draw_map(points: Sequence[MapPoint]) -> None:
    """A point for each shipment: north is up."""
    frame = pd.DataFrame([vars(point) for point in points])
    labels = alt.Scale(domain=_LABEL_SETS, range=["#c8372d", "#b07a00", "#2f7d4f", "#6b7280"])
    chart = (
        alt.Chart(frame)
        .mark_point(filled=True, size=90, opacity=0.8)
        .encode(
            x=alt.X("longitude:Q", title="Longitude, degrees east", scale=alt.Scale(zero=False)),
            y=alt.Y("latitude:Q", title="Latitude, degrees north", scale=alt.Scale(zero=False)),
            color=alt.Color("label_set:N", title="Label set", scale=labels),
            shape=alt.Shape("label_set:N", title="Label set", scale=alt.Scale(domain=_LABEL_SETS, range=_SHAPES)),
            tooltip=[
                alt.Tooltip("shipment_id:N", title="Shipment"),
                alt.Tooltip("probability:Q", title="Probability of being late", format=".0%"),
            ],
        )
        .properties(height=360, description=f"{len(points)} shipments by longitude and latitude")
    )
    st.altair_chart(chart)
