"""Where the shipments are. Without map tiles: those would be requests of each viewer to a host on the internet."""

from collections.abc import Sequence

import altair as alt
import pandas as pd
import streamlit as st

from entrypoints.ui.worklist_view import MapPoint

_MARKS = {
    "late": ("#c8372d", "triangle-up"),
    "cannot tell": ("#b07a00", "diamond"),
    "on time": ("#2f7d4f", "circle"),
    "unknown": ("#6b7280", "square"),
}
"""Color and shape of each label set: some people do not tell the colors apart."""


def draw_map(points: Sequence[MapPoint]) -> None:
    """A point for each shipment: north is up."""
    frame = pd.DataFrame([vars(point) for point in points])
    present = [label for label in _MARKS if label in set(frame["label_set"])]
    colors, shapes = zip(*(_MARKS[label] for label in present), strict=True)
    degrees, legend = alt.Scale(zero=False, nice=False, padding=12), alt.Legend(title=None, orient="top")
    chart = (
        alt.Chart(frame)
        .mark_point(filled=True, size=90, opacity=0.8)
        .encode(
            x=alt.X("longitude:Q", title="Longitude, degrees east", scale=degrees),
            y=alt.Y("latitude:Q", title="Latitude, degrees north", scale=degrees),
            color=alt.Color("label_set:N", scale=alt.Scale(domain=present, range=colors), legend=legend),
            shape=alt.Shape("label_set:N", scale=alt.Scale(domain=present, range=shapes), legend=legend),
            tooltip=[
                alt.Tooltip("shipment_id:N", title="Shipment"),
                alt.Tooltip("probability:Q", title="Probability of being late", format=".0%"),
            ],
        )
        .properties(height=360, description=f"{len(points)} shipments by longitude and latitude")
    )
    st.altair_chart(chart)
