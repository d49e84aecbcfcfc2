"""Score: the probability of one shipment, or of a file of shipments."""

import json
from functools import partial
from hashlib import sha256
from uuid import uuid4

import streamlit as st

from entrypoints.api.schemas import Answers, PredictRequest, SchemaDescription, Shipment
from entrypoints.ui.errors import ApiError, ApiErrorCode
from entrypoints.ui.forms.shipment_form import FormField, errors_by_field, form_fields, to_record
from entrypoints.ui.plain_text import plain
from entrypoints.ui.widgets import session
from entrypoints.ui.widgets.file_score import score_file
from entrypoints.ui.widgets.navigation import draw_tabs
from entrypoints.ui.widgets.problems import catch_problems, show_problem
from entrypoints.ui.widgets.scored_shipment import show_prediction
from entrypoints.ui.widgets.shipment_fields import draw_fields, read_fields

_RESULT, _INTENTION = "score_result", "score_intention"


def show() -> None:
    """Draw the page."""
    st.title("Score")
    with catch_problems():
        schema = session.schema()
    shipment, file = draw_tabs("One shipment", "A file")
    with shipment:
        _score_one(schema)
    with file:
        score_file(schema)


def _score_one(schema: SchemaDescription) -> None:
    fields, prefix = form_fields(schema), f"score_{schema.digest[:12]}_"
    result: Answers | ApiError | None = st.session_state.get(_RESULT)
    refused = result if isinstance(result, ApiError) and result.code is ApiErrorCode.INVALID else None
    by_field, others = errors_by_field(schema, refused.field_errors if refused else ())
    st.write(f"{plain(schema.description)} Late means: {plain(schema.late_means)}.")
    with st.form("score_form", border=True):
        draw_fields(fields, by_field, prefix)
        st.form_submit_button("Predict", type="primary", on_click=_predict, args=(schema, fields, prefix))
    for message in others:
        st.error(plain(message, max_length=500), icon=":material/error:")
    if by_field:
        st.error(f"Nothing was predicted. Correct the marked fields: {plain(', '.join(by_field), max_length=500)}.")
    elif isinstance(result, ApiError) and not others:
        show_problem(result, f"{_RESULT}_retry", partial(_predict, schema, fields, prefix))
    elif isinstance(result, Answers):
        show_prediction(result)


def _predict(schema: SchemaDescription, fields: tuple[FormField, ...], prefix: str) -> None:
    """Runs once for each click. The key follows from the values: a second click predicts nothing again."""
    record = to_record(schema, read_fields(fields, prefix))
    intention = st.session_state.setdefault(_INTENTION, str(uuid4()))
    key = sha256(f"{intention}{schema.digest}{json.dumps(record)}".encode()).hexdigest()
    request = PredictRequest(data=[Shipment(record)], explain=True)
    try:
        st.session_state[_RESULT] = session.client().predict(request, f"ui-{key}")
    except ApiError as error:
        st.session_state[_RESULT] = error
