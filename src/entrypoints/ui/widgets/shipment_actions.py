"""What a planner does about a shipment: one form, one request for each intention."""

from collections.abc import Callable
from functools import partial
from typing import NamedTuple

import streamlit as st

from entrypoints.api.schemas import MAX_NOTE_LENGTH, MAX_REASON_LENGTH, ActionKind, ActionRequest, RecordedAction
from entrypoints.ui.errors import ApiError, ApiErrorCode
from entrypoints.ui.plain_text import plain
from entrypoints.ui.shipment_view import ALLOWED, ShipmentHistory, action_id_of, describe_action, describe_conflict
from entrypoints.ui.widgets.clock import viewer_time, viewer_zone
from entrypoints.ui.widgets.identity import planner_name, session_id
from entrypoints.ui.widgets.problems import show_problem
from entrypoints.ui.widgets.session import client, forget_reads, read_settings

_BUTTONS = {
    ActionKind.ACKNOWLEDGED: ("Acknowledge", ":material/visibility:", "I have seen it; others need not look."),
    ActionKind.ACTED: ("Act", ":material/bolt:", "I do something about it."),
    ActionKind.DISMISSED: ("Dismiss", ":material/do_not_disturb_on:", "I do nothing about it."),
}
_RESULT = "shipment_actions.result"


class _Attempt(NamedTuple):
    """The last intention and what became of it; the same one again has the same `action_id`."""

    shipment_id: str
    result: ActionKind | ApiError
    retry: Callable[[], None]


def draw_actions(shipment_id: str, history: ShipmentHistory) -> None:
    """The form; nothing for a shipment with an outcome.

    The callbacks have what the planner has seen: the page is read anew only after them.
    """
    _show_result(shipment_id, history)
    last = history.last_action
    if last is not None:
        st.markdown(f"**{plain(describe_action(last))}**, {plain(viewer_time(last.at))}. {plain(last.note or '')}")
    kinds = ALLOWED[history.state]
    if not kinds:
        return
    prefix = f"shipment_actions.{last.action_id if last else 'none'}"
    with st.form(prefix, border=True):
        left, right = st.columns([1, 2])
        left.selectbox(
            "Reason",
            read_settings().action_reasons,
            index=None,
            accept_new_options=True,
            placeholder="Choose, or enter a code",
            key=f"{prefix}.reason",
        )
        placeholder = "Optional, for your colleagues"
        right.text_input("Note", max_chars=MAX_NOTE_LENGTH, placeholder=placeholder, key=f"{prefix}.note")
        for column, kind in zip(st.columns(len(kinds)), kinds, strict=True):
            label, icon, help_text = _BUTTONS[kind]
            column.form_submit_button(
                label,
                icon=icon,
                help=help_text,
                type="primary" if kind is ActionKind.ACTED else "secondary",
                width="stretch",
                key=f"{prefix}.{kind}",
                on_click=_record,
                args=(shipment_id, kind, last, prefix),
            )
        name = planner_name()
        st.caption(f"Recorded as {plain(name)}." if name else "Recorded under the name of the API key.")


def _record(shipment_id: str, kind: ActionKind, previous: RecordedAction | None, prefix: str) -> None:
    reason, note = st.session_state.get(f"{prefix}.reason"), st.session_state.get(f"{prefix}.note")
    request = ActionRequest(
        action_id=action_id_of(session_id(), shipment_id, kind, previous),
        shipment_id=shipment_id,
        kind=kind,
        reason=reason[:MAX_REASON_LENGTH] if reason else None,
        note=note or None,
        actor=planner_name(),
        previous_action_id=previous.action_id if previous else None,
    )
    result: ActionKind | ApiError = kind
    try:
        client().record_action(request)
        forget_reads()
    except ApiError as error:
        result = error
    st.session_state[_RESULT] = _Attempt(shipment_id, result, partial(_record, shipment_id, kind, previous, prefix))


def _show_result(shipment_id: str, history: ShipmentHistory) -> None:
    """What became of the last intention, once: the page below it has been read anew."""
    attempt: _Attempt | None = st.session_state.pop(_RESULT, None)
    if attempt is None or attempt.shipment_id != shipment_id:
        return
    result = attempt.result
    if isinstance(result, ApiError) and result.code is ApiErrorCode.CONFLICT:
        st.warning(plain(describe_conflict(history, viewer_zone()), max_length=500), icon=":material/group:")
    elif isinstance(result, ApiError):
        show_problem(result, key=_RESULT, retry=attempt.retry)
    else:
        st.success(f"Recorded: {result}.", icon=":material/check:")
