"""What if: other values of the fields that a planner can change, and the two probabilities side by side."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial

import streamlit as st

from entrypoints.api.schemas import LoggedPrediction, SchemaDescription, WhatIf, WhatIfRequest, WhatIfState
from entrypoints.ui.amounts import format_amount, format_points, format_probability
from entrypoints.ui.errors import ApiError, ApiErrorCode
from entrypoints.ui.forms.entries_in_url import format_entries, parse_entries
from entrypoints.ui.forms.shipment_form import FormField, FormValue, errors_by_field, form_fields, to_record
from entrypoints.ui.links import ShipmentUrl
from entrypoints.ui.plain_text import plain
from entrypoints.ui.shipment_view import compare
from entrypoints.ui.widgets.navigation import read_url, write_url
from entrypoints.ui.widgets.problems import show_problem
from entrypoints.ui.widgets.session import client
from entrypoints.ui.widgets.shipment_fields import draw_fields, read_fields

_RESULT = "result of "


def draw_what_if(schema: SchemaDescription, prediction: LoggedPrediction, present: WhatIf) -> None:
    """The form of the actionable fields, and the result of the last submission, whose entries are in the URL."""
    fields = [field.model_copy(update={"required": True}) for field in schema.fields if field.actionable]
    actionable = schema.model_copy(update={"fields": fields})
    if not actionable.fields:
        st.caption("The schema marks no field as one that a planner can change (actionable: true).")
        return
    prefix = f"what_if.{prediction.prediction_id}."
    values = {field.name: _to_text(prediction.request_data.get(field.name)) for field in fields}
    entries = [replace(field, placeholder=f"Now {values[field.name]}") for field in form_fields(actionable)]
    if _RESULT + prefix not in st.session_state:
        _open_link(actionable, entries, prediction, prefix)
    result = st.session_state[_RESULT + prefix]
    errors, others = errors_by_field(actionable, result.field_errors) if isinstance(result, ApiError) else ({}, [])
    st.caption("Enter other values; fields that you leave empty keep theirs. Nothing is recorded.")
    with st.form(f"{prefix}form"):
        draw_fields(entries, errors, prefix)
        for message in others:
            st.error(plain(message, max_length=500), icon=":material/error:")
        present_values = ", ".join(f"{name}: {value}" for name, value in values.items())
        st.caption(f"Now {plain(present_values, max_length=1000)}")
        compute = partial(_compute_entered, actionable, prediction, entries, prefix)
        st.form_submit_button("Compare", icon=":material/compare_arrows:", on_click=compute)
    if isinstance(result, ApiError) and result.code is not ApiErrorCode.INVALID:
        show_problem(result, key=_RESULT, retry=compute)
    if isinstance(result, WhatIf) and result.changed:
        _draw_comparison(present.current, result.changed, present.currency)


def _to_text(value: object) -> str:
    """The value as a reader writes it."""
    if value is None:
        return "not known"
    return f"{value:.15g}" if isinstance(value, float) else str(value)


def _open_link(
    schema: SchemaDescription, fields: Sequence[FormField], prediction: LoggedPrediction, prefix: str
) -> None:
    """Enter what the URL has, and compute its result."""
    entered = parse_entries(read_url(ShipmentUrl).what_if, fields)
    for name, value in entered.items():
        st.session_state[prefix + name] = value
    st.session_state[_RESULT + prefix] = _compute(schema, prediction, entered) if entered else None


def _compute_entered(
    schema: SchemaDescription, prediction: LoggedPrediction, fields: Sequence[FormField], prefix: str
) -> None:
    """Compute the result of what is entered, and put the entries into the URL."""
    entered = read_fields(fields, prefix)
    st.session_state[_RESULT + prefix] = _compute(schema, prediction, entered)
    write_url(read_url(ShipmentUrl).model_copy(update={"what_if": format_entries(entered)}))


def _compute(
    schema: SchemaDescription, prediction: LoggedPrediction, entered: Mapping[str, FormValue]
) -> WhatIf | ApiError:
    changes = to_record(schema, entered)
    try:
        return client().what_if(WhatIfRequest(prediction_id=prediction.prediction_id, changes=changes))
    except ApiError as error:
        return error


def _draw_comparison(current: WhatIfState, changed: WhatIfState, currency: str | None) -> None:
    comparison = compare(current, changed, currency)
    left, right = st.columns(2)
    left.metric(
        "Now", format_probability(current.probability), plain(current.label_set), delta_color="off", border=True
    )
    right.metric(
        "Changed",
        format_probability(changed.probability),
        f"{format_points(comparison.points)} points",
        delta_color="inverse",
        border=True,
    )
    st.markdown(
        plain(
            f"{changed.label_set.capitalize()}. Waiting is expected to cost "
            f"{format_amount(changed.cost_of_waiting, currency)} instead of "
            f"{format_amount(current.cost_of_waiting, currency)}: {comparison.saving} less."
        )
    )
