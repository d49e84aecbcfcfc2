"""How right were we: of what was predicted with a probability, the share that came late."""

import streamlit as st

from entrypoints.api.schemas import ProbabilityBand, Reliability
from entrypoints.ui import reliability_view as view
from entrypoints.ui.charts import calibration_chart, time_chart
from entrypoints.ui.links import ReliabilityUrl
from entrypoints.ui.widgets.navigation import read_url, write_url
from entrypoints.ui.widgets.problems import catch_problems
from entrypoints.ui.widgets.session import client

WEEKS = (4, 12, 26, 52)
SECONDS = 30
"""How long the figures are kept while somebody looks at one band after the other."""


def show() -> None:
    """Draw the page."""
    st.title("How right were we")
    st.write(
        "Of 100 shipments that were predicted to be late with 80 %, about 80 should come late. This page compares "
        "what was predicted with what came, for shipments whose outcome is known and that nobody acted on."
    )
    url = read_url(ReliabilityUrl)
    choices = sorted({*WEEKS, url.weeks})
    weeks = st.selectbox("Predictions of the last", choices, choices.index(url.weeks), format_func=_describe_weeks)
    with catch_problems():
        reliability = _reliability(weeks)
    band = view.choose_band(reliability.bands, url.band)
    if band is None:
        st.info(
            "No outcome is known yet of the shipments that were predicted in these weeks. Outcomes come from the page "
            "Outcomes, from `delay outcomes`, or from your systems by POST /outcomes."
        )
        write_url(ReliabilityUrl(weeks=weeks))
        return
    _show_together(reliability)
    number = _show_band(reliability, band)
    _show_acted_on(reliability)
    write_url(ReliabilityUrl(weeks=weeks, band=number))


@st.cache_data(ttl=SECONDS, show_spinner="Reading the outcomes")
def _reliability(weeks: int) -> Reliability:
    return client().reliability(weeks)


def _describe_weeks(weeks: int) -> str:
    return f"{weeks} weeks"


def _show_together(reliability: Reliability) -> None:
    st.header("All weeks together")
    points = view.calibration_points(reliability.bands)
    if points:
        st.altair_chart(calibration_chart(points), width="stretch")
        st.caption("Points on the dashed line: as many came late as predicted. Bars are 95 % intervals.")
    else:
        st.info(f"In every band there are {view.TOO_FEW}.")
    st.dataframe(view.band_rows(reliability.bands), hide_index=True, width="stretch")


def _show_band(reliability: Reliability, band: ProbabilityBand) -> int:
    """The number of the band that is chosen."""
    st.header("Week by week")
    numbers = {view.band_number(one): one for one in reliability.bands}
    options = list(numbers)
    number = st.selectbox(
        "Shipments that were predicted to be late with",
        options,
        options.index(view.band_number(band)),
        format_func=lambda option: view.band_name(numbers[option]),
    )
    st.write(view.describe_band(numbers[number]))
    points = view.week_points(reliability, number)
    if points:
        st.altair_chart(time_chart(points, "share of shipments", view.SERIES, percent=True), width="stretch")
    else:
        st.info(f"In every week there are {view.TOO_FEW}. Choose a band with more shipments.")
    st.dataframe(view.week_rows(reliability, number), hide_index=True, width="stretch")
    st.caption("Weeks begin on Monday, UTC.")
    return number


def _show_acted_on(reliability: Reliability) -> None:
    st.header("Shipments that somebody acted on")
    st.write(view.describe_acted_on(reliability))
