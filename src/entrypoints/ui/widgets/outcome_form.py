"""The form for the outcome of one shipment."""

from datetime import UTC, datetime
from functools import partial
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

_ATTEMPT, _ID, _LATE, _KNOWN_AT = "outcome_attempt", "outcome_id", "outcome_late", "outcome_known_at"
_BY_SHIPMENT, _BY_PREDICTION, _KIND = "Shipment id", "Prediction id", "by"
"""The key of a widget that is bound to the URL is the name of its parameter."""
_FIRST = datetime(1970, 1, 1)  # noqa: DTZ001 - local time


class _Entry(NamedTuple):
    """What is entered; `local` is the time in the schema's timezone."""

    kind: str
    identifier: str
    late: str | None
    local: datetime | None


class _Recorded(NamedTuple):
    """An outcome that was recorded."""

    shipment_id: str
    is_late: bool


class _Attempt(NamedTuple):
    """The last click: an attempt after a failure sends the same `known_at`, and so records nothing twice."""

    entry: _Entry
    known_at: datetime
    result: _Recorded | ApiError | str


def record_one(schema: SchemaDescription) -> None:
    """The form, with the shipment of the URL, and what became of the last outcome."""
    st.session_state.setdefault(_ID, read_url(ShipmentUrl).shipment_id or "")
    zone = ZoneInfo(schema.source.timezone)
    with st.form("outcome_form", border=True, clear_on_submit=False):
        st.radio("By", (_BY_SHIPMENT, _BY_PREDICTION), key=_KIND, horizontal=True, bind="query-params")
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
    attempt: _Attempt | None = st.session_state.get(_ATTEMPT)
    if attempt is not None and attempt.entry.identifier == _entry().identifier:
        _show(attempt.result, zone)


def _show(result: _Recorded | ApiError | str, zone: ZoneInfo) -> None:
    if isinstance(result, ApiError):
        show_problem(result, "outcome_retry", partial(_record, zone))
    elif isinstance(result, str):
        st.error(plain(result), icon=":material/error:")
    else:
        st.success(f"Recorded: {plain(result.shipment_id)} was {'late' if result.is_late else 'on time'}.")
        url = ShipmentUrl(shipment_id=result.shipment_id)
        link_to_page("Open the shipment", "shipment", url, icon=":material/package_2:")


def _entry() -> _Entry:
    state = st.session_state
    return _Entry(state[_KIND], str(state[_ID]).strip(), state[_LATE], state[_KNOWN_AT])


def _record(zone: ZoneInfo) -> None:
    """Runs once for each click; a second click on the same values records nothing again."""
    entry = _entry()
    last: _Attempt | None = st.session_state.get(_ATTEMPT)
    is_same = last is not None and last.entry == entry
    if last is not None and is_same and isinstance(last.result, _Recorded):
        return
    if last is not None and is_same:
        known_at = last.known_at
    else:
        known_at = datetime.now(UTC) if entry.local is None else entry.local.replace(tzinfo=zone).astimezone(UTC)
    st.session_state[_ATTEMPT] = _Attempt(entry, known_at, _send(entry, known_at))


def _send(entry: _Entry, known_at: datetime) -> _Recorded | ApiError | str:
    if not entry.identifier or entry.late is None:
        return "Nothing was recorded. Enter an id, and say whether the shipment was late."
    is_late = entry.late == "late"
    try:
        if entry.kind == _BY_PREDICTION:
            outcome = Outcome.model_construct(prediction_id=UUID(entry.identifier), late=is_late, known_at=known_at)
        else:
            outcome = Outcome.model_construct(shipment_id=entry.identifier, late=is_late, known_at=known_at)
        response = session.record_outcomes(OutcomesRequest(data=[outcome]))
    except ValueError:
        return f"Nothing was recorded. {entry.identifier} is no prediction id: copy it from a scored table."
    except ApiError as error:
        return error
    return _Recorded(response.shipment_id[0], is_late)
