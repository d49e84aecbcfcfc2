"""Shipment: one shipment, what would change it, and what was done."""

import streamlit as st

from entrypoints.api.schemas import WhatIf, WhatIfRequest
from entrypoints.ui.amounts import format_probability
from entrypoints.ui.errors import ApiError
from entrypoints.ui.links import ShipmentUrl
from entrypoints.ui.plain_text import plain, shorten
from entrypoints.ui.queries import ActionQuery, PredictionQuery
from entrypoints.ui.shipment_view import ShipmentHistory, describe_costs
from entrypoints.ui.widgets.clock import viewer_time
from entrypoints.ui.widgets.navigation import link_to_page, read_url, write_url
from entrypoints.ui.widgets.problems import catch_problems, show_problem
from entrypoints.ui.widgets.reasons_chart import draw_reasons
from entrypoints.ui.widgets.session import client, schema
from entrypoints.ui.widgets.shipment_actions import draw_actions
from entrypoints.ui.widgets.shipment_history import draw_history, draw_outcome
from entrypoints.ui.widgets.what_if_form import draw_what_if

MAX_PREDICTIONS = 50
MAX_ACTIONS = 100


def show() -> None:
    """Draw the page."""
    shipment_id = read_url(ShipmentUrl).shipment_id
    st.title("Shipment")
    link_to_page("Back to the worklist", "worklist", icon=":material/arrow_back:")
    if shipment_id is None:
        _ask_for_shipment()
        return
    st.code(shorten(shipment_id, 1000), language=None, wrap_lines=True)
    with catch_problems():
        history = _read_history(shipment_id)
        description = schema()
    newest = history.newest
    if newest is None:
        st.info("No prediction of a shipment with this id is logged. Score it, or check the id.")
        _ask_for_shipment()
        return
    outcome = next((item.outcome for item in history.predictions if item.outcome), None)
    if outcome:
        draw_outcome(outcome)
    result = _explain(WhatIfRequest(prediction_id=newest.prediction_id))
    if result:
        _draw_now(result, history)
    draw_actions(shipment_id, history)
    if not outcome:
        link_to_page("Report the outcome", "outcomes", ShipmentUrl(shipment_id=shipment_id), icon=":material/task_alt:")
    if result:
        st.subheader("Why")
        draw_reasons(result.current)
        if not outcome:
            st.subheader("What if")
            draw_what_if(description, newest, result)
    draw_history(history)


def _ask_for_shipment() -> None:
    with st.form("shipment.search", border=False):
        entered = st.text_input("Shipment id", max_chars=1000)
        if st.form_submit_button("Open", icon=":material/search:") and entered.strip():
            write_url(ShipmentUrl(shipment_id=entered.strip()))
            st.rerun()


def _read_history(shipment_id: str) -> ShipmentHistory:
    api = client()
    predictions = api.predictions(PredictionQuery(shipment_id=shipment_id, limit=MAX_PREDICTIONS)).predictions
    actions = api.actions(ActionQuery(shipment_id=shipment_id, limit=MAX_ACTIONS)).actions
    return ShipmentHistory(predictions, actions)


def _explain(request: WhatIfRequest) -> WhatIf | None:
    """What the serving model says now; without a model, the history below is shown all the same."""
    try:
        return client().what_if(request)
    except ApiError as error:
        show_problem(error)
        return None


def _draw_now(result: WhatIf, history: ShipmentHistory) -> None:
    """Probability, label set and costs, by the version that serves."""
    current = result.current
    left, middle, right = st.columns(3)
    left.metric("Probability of being late", format_probability(current.probability), border=True)
    middle.metric("Label set", plain(current.label_set), border=True)
    right.metric("State", history.state, border=True)
    st.markdown(f"{plain(describe_costs(result))} Acting pays above {format_probability(result.act_above)}.")
    newest = history.newest
    if newest and newest.model_version != result.model_version and newest.probability is not None:
        st.caption(
            plain(
                f"Version {result.model_version} says so now. Version {newest.model_version} predicted "
                f"{format_probability(newest.probability)}, {viewer_time(newest.predicted_at)}."
            )
        )
