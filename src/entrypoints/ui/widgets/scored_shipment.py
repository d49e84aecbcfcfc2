"""The prediction of one shipment."""

import streamlit as st

from entrypoints.api.schemas import Answers
from entrypoints.ui.amounts import format_amount, format_probability
from entrypoints.ui.files.scoring import scored_rows
from entrypoints.ui.links import ShipmentUrl
from entrypoints.ui.plain_text import plain
from entrypoints.ui.widgets.navigation import link_to_page


def show_prediction(answers: Answers) -> None:
    """Probability, decision and reasons of the only shipment in the response, and a link to its page."""
    [row] = scored_rows(answers)
    st.subheader(f"Shipment {plain(row.shipment_id)}")
    probability, decision, saving = st.columns(3)
    probability.metric("Probability of being late", format_probability(row.probability), border=True)
    decision.metric("Decision", "Act" if row.acts else "Wait", border=True)
    amount = format_amount(row.expected_saving, row.currency)
    saving.metric("Expected saving of the decision", plain(amount), border=True)
    st.markdown(
        f"Label set: **{plain(row.label_set)}**. Acting pays above {format_probability(answers.act_above)}. "
        f"Predicted by version {row.model_version} of {plain(answers.model_name)}."
    )
    for note in row.notes:
        st.info(plain(note), icon=":material/info:")
    if row.reasons:
        st.markdown("**Reasons**, in percentage points")
        st.markdown("\n".join(f"- {plain(reason)}" for reason in row.reasons))
    link_to_page("Open the shipment", "shipment", ShipmentUrl(shipment_id=row.shipment_id), icon=":material/package_2:")
