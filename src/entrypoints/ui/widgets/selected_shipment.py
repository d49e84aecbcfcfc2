"""The shipment that is selected in the worklist."""

from collections.abc import Sequence

import streamlit as st

from entrypoints.api.schemas import Worklist, WorklistItem
from entrypoints.ui.links import ShipmentUrl
from entrypoints.ui.plain_text import plain
from entrypoints.ui.row_selection import DrawnTable
from entrypoints.ui.shipment_view import describe_action
from entrypoints.ui.widgets.clock import viewer_time, viewer_zone
from entrypoints.ui.widgets.navigation import link_to_page
from entrypoints.ui.worklist_view import describe_item, top_reasons

_DRAWN = "worklist.drawn_table"


def keep_selection(ids: Sequence[str], in_url: str | None) -> tuple[str, list[int]]:
    """The key of the table with these shipments, and the rows that are selected in it."""
    drawn: DrawnTable = st.session_state.get(_DRAWN, DrawnTable())
    state = st.session_state.get(_key(drawn))
    selected = drawn.selected(None if state is None else state["selection"]["rows"], in_url)
    table = st.session_state[_DRAWN] = drawn.redrawn(ids, selected)
    return _key(table), [ids.index(selected)] if selected in ids else []


def draw_selected(worklist: Worklist, item: WorklistItem | None) -> None:
    """The selected shipment, and the way to its page; without a selection, the first ones of the plan."""
    if item is None:
        st.caption("Select a row to see why, and to open the shipment.")
        return
    with st.container(border=True):
        st.markdown(f"**{plain(item.shipment_id)}** {plain(describe_item(item, worklist.currency, viewer_zone()))}")
        if item.reasons:
            st.markdown(f"Because {plain(top_reasons(item), max_length=600)}.")
        if item.last_action:
            action = item.last_action
            st.markdown(plain(f"{describe_action(action)}, {viewer_time(action.at)}: {action.note or 'no note'}"))
        link_to_page(
            "Open the shipment", "shipment", ShipmentUrl(shipment_id=item.shipment_id), icon=":material/open_in_full:"
        )


def _key(table: DrawnTable) -> str:
    return f"worklist.table.{table.number}"
