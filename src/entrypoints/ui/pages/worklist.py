"""Worklist: what to act on first, and why."""

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from entrypoints.api.schemas import Worklist, WorklistItem
from entrypoints.ui.amounts import NO_CURRENCY
from entrypoints.ui.links import WorklistUrl
from entrypoints.ui.plain_text import plain
from entrypoints.ui.widgets.clock import viewer_time, viewer_zone
from entrypoints.ui.widgets.navigation import link_to_page
from entrypoints.ui.widgets.problems import catch_problems
from entrypoints.ui.widgets.selected_shipment import draw_selected, keep_selection
from entrypoints.ui.widgets.session import read_worklist, schema
from entrypoints.ui.widgets.shipment_map import draw_map
from entrypoints.ui.widgets.worklist_filters import (
    current_worklist,
    draw_capacity,
    draw_filters,
    draw_map_switch,
    keep_worklist,
)
from entrypoints.ui.worklist_view import (
    column_widths,
    filter_count,
    map_points,
    plan_figures,
    query_of,
    sort_items,
    table_columns,
)

MORE_ROWS = 100
MAX_ROWS = 1000
HEADER_PIXELS = 40
ROW_PIXELS = 86
"""Room for four lines of reasons."""
VISIBLE_ROWS = 7
"""On a phone the table leaves space below it, from which the page can be scrolled."""


def show() -> None:
    """Draw the page."""
    st.title("Worklist")
    _draw()


@st.fragment
def _draw() -> None:
    """All that a control of the page changes: the browser does not draw the rest of the screen again."""
    url = current_worklist()
    with catch_problems():
        worklist = read_worklist(query_of(url))
        fields = schema().coordinates
    items = sort_items(worklist.items, url.sort)
    _draw_plan(worklist)
    draw_filters(url)
    if items:
        selected = _draw_table(worklist, items, url)
    else:
        selected = None
        _explain_empty(url)
    keep_worklist(url.model_copy(update={"selected": selected}))
    draw_selected(worklist, next((item for item in items if item.shipment_id == selected), None))
    points = map_points(items, fields)
    if points and draw_map_switch():
        draw_map(points)


def _draw_plan(worklist: Worklist) -> None:
    model = f"version {worklist.model_version}" if worklist.model_version else "no model"
    st.caption(plain(f"As of {viewer_time(worklist.as_of)}, {worklist.model_name} {model}"))
    capacity, *columns = st.columns([1, 1.4, 1.4])
    with capacity:
        draw_capacity()
    for column, figure in zip(columns, plan_figures(worklist), strict=True):
        with column.container(border=True, height="stretch"):
            st.metric(plain(figure.label), plain(figure.value))
            st.caption(plain(figure.detail))


def _draw_table(worklist: Worklist, items: Sequence[WorklistItem], url: WorklistUrl) -> str | None:
    """The table; the id of the selected shipment."""
    ids = [item.shipment_id for item in items]
    key, rows = keep_selection(ids, url.selected)
    columns = table_columns(worklist, items, viewer_zone())
    widths = column_widths(columns)
    state = st.dataframe(
        pd.DataFrame(columns),
        hide_index=True,
        row_height=ROW_PIXELS,
        height=HEADER_PIXELS + min(len(items), VISIBLE_ROWS) * ROW_PIXELS,
        on_select="rerun",
        selection_mode="single-row",
        selection_default={"selection": {"rows": rows}},
        key=key,
        column_config={
            **{name: st.column_config.TextColumn(name, width=width) for name, width in widths.items()},
            "Late": st.column_config.ProgressColumn(
                "Late",
                format="%.0f %%",
                min_value=0,
                max_value=100,
                help="Probability of being late",
                width=widths["Late"],
            ),
            "Saving": st.column_config.NumberColumn(
                f"Saving, {worklist.currency}" if worklist.currency else "Saving",
                format="%.2f",
                help=f"Expected saving of acting, compared with waiting, in {worklist.currency or NO_CURRENCY}",
                width=widths["Saving"],
            ),
        },
        alt=f"{len(items)} open shipments in the order of the worklist",
    )
    if len(items) < worklist.total:
        st.caption(f"The {len(items)} shipments that save most, of {worklist.total:,}.")
        if url.limit < MAX_ROWS:
            st.button("Show more", on_click=_show_more, args=(url,))
    chosen = state["selection"]["rows"]
    return ids[chosen[0]] if chosen and chosen[0] < len(ids) else None


def _show_more(url: WorklistUrl) -> None:
    keep_worklist(url.model_copy(update={"limit": url.limit + MORE_ROWS}))


def _explain_empty(url: WorklistUrl) -> None:
    if filter_count(url):
        st.info("No open shipment meets these filters. Remove one of them.", icon=":material/filter_alt_off:")
    else:
        st.info(
            "No shipment is open: none was predicted yet, or all have an outcome. Score shipments to fill the list.",
            icon=":material/task_alt:",
        )
        link_to_page("Score shipments", "score", icon=":material/calculate:")
