"""Charts of shares and figures: readable in light and dark and by the colour-blind, with a text for screen readers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import altair as alt

BLUE, ORANGE, GRAY = "#3987cf", "#d9730d", "#7d8590"
"""Each has a contrast of at least 3 with a white and with a dark page; blue and orange differ for the colour-blind."""
HEIGHT = 280
Chart = alt.LayerChart | alt.FacetChart
_SHARES = alt.Scale(domain=[0, 1])
_PERCENT = alt.Axis(format=".0%")


@dataclass(frozen=True)
class SharePoint:
    """A predicted share, and the one that came, with its 95 % interval."""

    label: str
    predicted: float
    share: float
    low: float
    high: float
    rows: int


@dataclass(frozen=True)
class FigurePoint:
    """A figure of a period; `series` is the word of the legend. Without an interval, both ends are None."""

    at: datetime
    series: str
    value: float
    low: float | None = None
    high: float | None = None


def calibration_chart(points: Sequence[SharePoint]) -> Chart:
    """Predicted probability against the share that came late; on the dashed line both are the same."""
    values = [
        {
            "label": point.label,
            "predicted": point.predicted,
            "share": point.share,
            "low": point.low,
            "high": point.high,
            "shipments": point.rows,
        }
        for point in points
    ]
    x = alt.X("predicted:Q", title="predicted probability", scale=_SHARES, axis=_PERCENT)
    y = alt.Y("share:Q", title="share that came late", scale=_SHARES, axis=_PERCENT)
    diagonal = alt.Chart(alt.InlineData(values=[{"predicted": end, "share": end} for end in (0, 1)]))
    base = alt.Chart(alt.InlineData(values=values)).encode(x=x)
    sentences = "; ".join(f"predicted {point.predicted:.0%}, came late {point.share:.0%}" for point in points)
    return alt.layer(
        diagonal.mark_line(color=GRAY, strokeDash=[5, 4]).encode(x=x, y=y),
        base.mark_rule(color=BLUE, strokeWidth=2).encode(y=alt.Y("low:Q", title=""), y2="high:Q"),
        base.mark_point(color=BLUE, filled=True, size=70, opacity=1).encode(
            y=y,
            tooltip=[
                alt.Tooltip("label:N", title="predicted"),
                alt.Tooltip("predicted:Q", title="on average", format=".1%"),
                alt.Tooltip("share:Q", title="came late", format=".1%"),
                alt.Tooltip("shipments:Q", format=","),
            ],
        ),
    ).properties(height=HEIGHT, description=f"Share that came late by predicted probability: {sentences}")


def time_chart(points: Sequence[FigurePoint], title: str, colors: Mapping[str, str], *, percent: bool) -> Chart:
    """Figures over time with their intervals. `colors` has the series in the order of the legend, by their color.

    The series also differ in shape: no meaning depends on color alone.
    """
    number = ".0%" if percent else ".2f"
    values = [
        {
            "at": point.at.isoformat(),
            "series": point.series,
            "value": point.value,
            "low": point.value if point.low is None else point.low,
            "high": point.value if point.high is None else point.high,
        }
        for point in points
    ]
    scale = alt.Scale(domain=list(colors), range=list(colors.values()))
    legend = alt.Legend(title=None, orient="top", labelLimit=0) if len(colors) > 1 else None
    x = alt.X("at:T", title=None, axis=alt.Axis(format="%d %b", labelOverlap=True, tickCount=6))
    axis = alt.Axis(format=number, tickCount=5)
    y = alt.Y("value:Q", title=title, axis=axis, scale=alt.Scale(zero=percent, nice=True))
    base = alt.Chart(alt.InlineData(values=values)).encode(
        x=x, color=alt.Color("series:N", scale=scale, legend=legend), detail="series:N"
    )
    sentences = "; ".join(f"{point.at:%Y-%m-%d} {point.series} {format(point.value, number)}" for point in points)
    return alt.layer(
        base.mark_line(strokeWidth=2, opacity=0.6).encode(y=y),
        base.mark_area(opacity=0.2).encode(y=alt.Y("low:Q", title=title), y2="high:Q"),
        base.mark_point(filled=True, size=60, opacity=1).encode(
            y=y,
            shape=alt.Shape("series:N", scale=alt.Scale(domain=list(colors)), legend=legend),
            tooltip=[
                alt.Tooltip("at:T", title="from", format="%Y-%m-%d"),
                alt.Tooltip("series:N", title=" "),
                alt.Tooltip("value:Q", title=title, format=number),
                alt.Tooltip("low:Q", title="at least", format=number),
                alt.Tooltip("high:Q", title="at most", format=number),
            ],
        ),
    ).properties(height=HEIGHT, description=f"{title} over time: {sentences}")
