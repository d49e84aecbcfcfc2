"""The script that Streamlit runs: navigation between the pages."""

from collections.abc import Callable
from functools import partial

import streamlit as st

from entrypoints.ui.pages import model, outcomes, reliability, score, shipment, worklist, your_table
from entrypoints.ui.widgets.identity import draw_identity, draw_login, login_required
from entrypoints.ui.widgets.navigation import PageName, open_page, register_pages

_START = "start"
"""Streamlit serves the first page without a path; under its name, a hidden page leads to it."""


def run(start: PageName = "worklist") -> None:
    """Draw the page that the URL names; `start` is the page of the URL without a path."""
    st.set_page_config(page_title="Delays", page_icon="🚚", layout="wide")
    if login_required():
        draw_login()
        return
    shows: dict[PageName, tuple[Callable[[], None], str, str]] = {
        "worklist": (worklist.show, "Worklist", ":material/checklist:"),
        "shipment": (shipment.show, "Shipment", ":material/package_2:"),
        "score": (score.show, "Score", ":material/calculate:"),
        "outcomes": (outcomes.show, "Outcomes", ":material/task_alt:"),
        "reliability": (reliability.show, "How right were we", ":material/fact_check:"),
        "model": (model.show, "Model", ":material/query_stats:"),
        "your-table": (your_table.show, "Your table", ":material/table_view:"),
    }
    pages = {
        name: st.Page(show, title=title, icon=icon, url_path=_START if name == start else name, default=name == start)
        for name, (show, title, icon) in shows.items()
    }
    register_pages(pages)
    draw_identity()
    named = st.Page(partial(open_page, start), title=shows[start][1], url_path=start, visibility="hidden")
    st.navigation([*pages.values(), named]).run()
