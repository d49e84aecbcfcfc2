"""The form for the outcome of one shipment."""

from datetime import UTC, datetime
from typing import NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

import streamlit as st

from entrypoints.api.schemas import Outcome, OutcomesRequest, SchemaDescription
from entrypoints.ui.errors import ApiError
from entrypoints.ui.links import ShipmentUrl
from entrypoints.ui.plain_text import plain
from entrypoints.ui.widgets import session
from entrypoints.ui.widgets.navigation import link_to_page, read_url
from entrypoints.ui.widgets.problems import show_problem

_RESULT, _ID, _LATE, _KNOWN_AT = "outcome_result", "outcome_id", "outcome_late", "outcome_known_at"
_BY_SHIPMENT, _BY_PREDICTION, _KIND = "Shipment id", "Prediction id", "outcome_kind"
_Values = tuple[str, str, str | None, datetime | None]
_FIRST = datetime(1970, 1, 1)  # noqa: DTZ001 - local time


class Recorded(NamedTuple):
    """An outcome that was recorded, and what was entered."""

    values: _Values
    shipment_id: str
    is_late: bool


def record_one(schema: SchemaDescription) -> None:
    """The form, with the shipment of the URL, and what became of the last outcome."""
    st.session_state.setdefault(_ID, read_url(ShipmentUrl).shipment_id or "")
    zone = ZoneInfo(schema.source.timezone)
    with st.form("outcome_form", border=True, clear_on_submit=False):
        st.radio("By", (_BY_SHIPMENT, _BY_PREDICTION), key=_KIND, horizontal=True)
        st.text_input("Id", key=_ID)
        st.radio("The shipment was", ("late", "on time"), index=None, key=_LATE, horizontal=True)
        st.datetime_input(
            "Known since, optional",
            value=None,
            min_value=_FIRST,
            max_value=datetime.now(zone).replace(tzinfo=None),
            step=60,
            key=_KNOWN_AT,
            help=plain(f"Local time in {zone.key}. Empty: known now."),
        )
        st.form_submit_button("Record", type="primary", on_click=_record, args=(zone,))
    result: Recorded | ApiError | str | None = st.session_state.get(_RESULT)
    if isinstance(result, ApiError):
        show_problem(result, f"{_RESULT}_retry")
    elif isinstance(result, str):
        st.error(plain(result), icon=":material/error:")
    elif result is not None:
        st.success(f"Recorded: {plain(result.shipment_id)} was {'late' if result.is_late else 'on time'}.")
        url = ShipmentUrl(shipment_id=result.shipment_id)
        link_to_page("Open the shipment", "shipment", url, icon=":material/package_2:")


def _record(zone: ZoneInfo) -> None:
    """Runs once for each click; a second click on the same values records nothing again."""
    values = (st.session_state[_KIND], str(st.session_state[_ID]).strip(), st.session_state[_LATE])
    local: datetime | None = st.session_state[_KNOWN_AT]
    last = st.session_state.get(_RESULT)
    if isinstance(last, Recorded) and last.values == (*values, local):
        return
    st.session_state[_RESULT] = _send((*values, local), zone)


def _send(values: _Values, zone: ZoneInfo) -> Recorded | ApiError | str:
    kind, identifier, late, local = values
    if not identifier or late is None:
        return "Nothing was recorded. Enter an id, and say whether the shipment was late."
    known_at = datetime.now(UTC) if local is None else local.replace(tzinfo=zone).astimezone(UTC)
    is_late = late == "late"
    try:
        if kind == _BY_PREDICTION:
            outcome = Outcome.model_construct(prediction_id=UUID(identifier), late=is_late, known_at=known_at)
        else:
            outcome = Outcome.model_construct(shipment_id=identifier, late=is_late, known_at=known_at)
        response = session.record_outcomes(OutcomesRequest(data=[outcome]))
    except ValueError:
        return f"Nothing was recorded. {identifier} is no prediction id: copy it from a scored table."
    except ApiError as error:
        return error
    return Recorded(values, response.shipment_id[0], is_late)
