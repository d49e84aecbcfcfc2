"""Model: which version serves, how good it is, what monitoring says about it, and what was decided about it."""

import streamlit as st

from entrypoints.api.schemas import Metadata, Models, MonitoringWindow
from entrypoints.ui import model_view as view
from entrypoints.ui.charts import calibration_chart, time_chart
from entrypoints.ui.errors import ApiError
from entrypoints.ui.model_card import demote_headings
from entrypoints.ui.plain_text import plain
from entrypoints.ui.widgets.clock import viewer_time, viewer_zone
from entrypoints.ui.widgets.problems import catch_problems, show_problem
from entrypoints.ui.widgets.session import client
from entrypoints.ui.widgets.tables import WRAPPED_ROW_PIXELS

MAX_WINDOWS = 60
_NARROW = st.column_config.TextColumn(width="small")
_TIME = st.column_config.TextColumn(width=110)
"""A day in one line."""


def show() -> None:
    """Draw the page."""
    st.title("Model")
    with catch_problems():
        models = client().models()
    if models.registry_problem is not None:
        st.warning(plain(models.registry_problem), icon=":material/cloud_off:")
    metadata = _show_version(models)
    if metadata is not None:
        _show_figures(metadata)
    _show_calibration(models, metadata)
    _show_monitoring()
    _show_decisions(models)
    _show_card(models)


def _show_version(models: Models) -> Metadata | None:
    """The metadata of the version that serves; None while no version serves."""
    if models.serving_version is None:
        st.info("No model serves yet. Train one with `make pipeline`; the API loads it within seconds.")
        return None
    try:
        metadata = client().metadata()
    except ApiError as error:
        show_problem(error)
        return None
    name, version = st.columns(2)
    name.metric("Model", plain(models.model_name))
    version.metric("Version", plain(models.serving_version))
    st.write(plain(f"Kind of model: {view.describe_family(metadata)}."))
    if metadata.recalibration is not None:
        st.write(plain(view.describe_recalibration(metadata.recalibration, viewer_zone())))
    if models.serving_since is not None:
        st.write(f"This server has served it since {viewer_time(models.serving_since)}.")
    return metadata


def _show_figures(metadata: Metadata) -> None:
    st.header("How good it is")
    st.write("Measured once, on shipments that were later than all it was trained on. Brackets are 95 % intervals.")
    if metadata.recalibration is not None:
        st.write("They were measured before the recalibration, with the probabilities of the training.")
    st.dataframe(
        view.figure_rows(metadata),
        hide_index=True,
        width="stretch",
        row_height=WRAPPED_ROW_PIXELS,
        column_config={"meaning": st.column_config.TextColumn(width=310)},
    )


def _show_calibration(models: Models, metadata: Metadata | None) -> None:
    if not models.calibration:
        return
    st.header("Are its probabilities true?")
    if metadata is not None and metadata.recalibration is not None:
        st.write("Before the recalibration. The page *How right were we* shows what came true since.")
    st.altair_chart(calibration_chart(view.calibration_points(models.calibration)), width="stretch")
    st.caption(
        "The same test shipments, in groups by probability. On the dashed line, as many came late as predicted. "
        "Bars are 95 % intervals."
    )


def _show_monitoring() -> None:
    st.header("Since it serves")
    try:
        windows = client().monitoring(limit=MAX_WINDOWS).windows
    except ApiError as error:
        show_problem(error)
        return
    if not windows:
        st.info(
            "Nothing was monitored yet. `delay monitor run` does it once, and the DAG `supply_chain_monitoring` of "
            "Airflow every day."
        )
        return
    _show_decision(windows[0])
    charts = (
        (view.figure_points(windows, "late_rate"), "late rate", view.SERIES, True),
        (view.figure_points(windows, "roc_auc"), "ROC-AUC", view.SERIES, False),
        (view.drift_points(windows), "columns that drifted", view.DRIFT_SERIES, True),
    )
    for points, title, series, percent in charts:
        if points:
            st.altair_chart(time_chart(points, title, series, percent=percent), width="stretch")
    st.dataframe(view.window_rows(windows), hide_index=True, width="stretch")
    st.caption("Windows begin at the time in the first column, UTC. ≈ estimated, before enough outcomes are known.")


def _show_decision(window: MonitoringWindow) -> None:
    color = {"none": "green", "watch": "orange"}.get(window.severity, "red")
    st.markdown(f":{color}-badge[{window.severity}] **{view.SEVERITIES[window.severity]}**")
    for reason in window.reasons:
        st.markdown(f"- {plain(reason.text, view.MAX_REASON_LENGTH)}")
    st.write(plain(view.describe_evidence(window)))


def _show_decisions(models: Models) -> None:
    st.header("Decisions about versions")
    if models.decisions:
        st.dataframe(
            view.decision_rows(models, viewer_zone()),
            hide_index=True,
            width="stretch",
            row_height=WRAPPED_ROW_PIXELS,
            column_config={"recorded": _TIME, "version": _NARROW, "decision": _NARROW},
        )
    else:
        st.write("No decision is recorded.")


def _show_card(models: Models) -> None:
    if models.card is None:
        return
    st.header("Model card")
    with st.expander("Purpose, data, limits and every figure of this version"):
        st.markdown(demote_headings(models.card))
