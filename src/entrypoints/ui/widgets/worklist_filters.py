"""The controls of the worklist, whose values are in the URL of the page."""

from typing import get_args

import streamlit as st

from entrypoints.api.schemas import LabelSet, ShipmentState
from entrypoints.ui.links import WorklistSort, WorklistUrl
from entrypoints.ui.widgets.navigation import read_url, write_url
from entrypoints.ui.worklist_view import SORT_LABELS, STATE_LABELS, filter_count

_LAST_URL = "worklist.url"
_CONTROLS = ("capacity", "state", "label_set", "at_least", "shipment_id", "sort", "map")
MAX_CAPACITY = 1000


def current_worklist() -> WorklistUrl:
    """What the URL says; where it says nothing, what this session showed last."""
    last: WorklistUrl = st.session_state.get(_LAST_URL, WorklistUrl())
    url = read_url(WorklistUrl) if st.query_params else last
    for name in _CONTROLS:
        st.session_state.setdefault(_key(name), _to_widget(getattr(url, name)))
    return url.model_copy(update={name: _from_widget(st.session_state[_key(name)]) for name in _CONTROLS})


def keep_worklist(url: WorklistUrl) -> None:
    """Put it into the URL, and into the session for the way back from another page."""
    st.session_state[_LAST_URL] = url
    write_url(url)


def draw_capacity() -> None:
    """How many shipments the planner can act on today."""
    st.number_input("I can act on this many shipments today", 1, MAX_CAPACITY, step=1, key=_key("capacity"))


def draw_filters(url: WorklistUrl) -> None:
    """Which shipments, in which order."""
    count = filter_count(url)
    label = f"Filters ({count} in use)" if count else "Filters"
    with st.expander(label, expanded=count > 0, icon=":material/filter_alt:"):
        left, right = st.columns(2)
        states = [state for state in get_args(ShipmentState) if state != "resolved"]
        left.multiselect("State", states, key=_key("state"), format_func=STATE_LABELS.__getitem__)
        right.multiselect("Label set", get_args(LabelSet), key=_key("label_set"), placeholder="Any")
        left.slider("Probability of at least, in percent", 0, 100, key=_key("at_least"))
        right.text_input("Shipment id begins with", key=_key("shipment_id"), max_chars=200)
    st.radio("Order", get_args(WorklistSort), format_func=SORT_LABELS.__getitem__, key=_key("sort"), horizontal=True)


def draw_map_switch() -> bool:
    """Whether the map is shown. The browser draws a switch in a fraction of the time of an expander."""
    return st.toggle("Map", key=_key("map"))


def _key(name: str) -> str:
    return f"worklist.{name}"


def _to_widget(value: object) -> object:
    return list(value) if isinstance(value, tuple) else value


def _from_widget(value: object) -> object:
    return tuple(value) if isinstance(value, list) else value
