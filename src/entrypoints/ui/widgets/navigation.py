"""Links between pages, with the state of the page in the URL."""

from collections.abc import Mapping, Sequence
from typing import Literal, NoReturn, TypeVar

import streamlit as st
from streamlit.delta_generator import DeltaGenerator
from streamlit.navigation.page import Page

from entrypoints.ui.links import PageUrl

PageName = Literal["worklist", "shipment", "score", "outcomes", "reliability", "model", "your-table"]
Url = TypeVar("Url", bound=PageUrl)

_PAGES = "navigation.pages"


def register_pages(pages: Mapping[PageName, Page]) -> None:
    """Make the pages known to this session, so that each of them can link to the others."""
    st.session_state[_PAGES] = dict(pages)


def link_to_page(label: str, name: PageName, url: PageUrl | None = None, *, icon: str | None = None) -> None:
    """A link to another page. The label is Markdown: data in it goes through `plain`."""
    st.page_link(_page(name), label=label, icon=icon, query_params=url.to_params() if url else None)


def read_url(kind: type[Url]) -> Url:
    """The state of this page."""
    params = st.query_params
    return kind.from_params({name: params.get_all(name) for name in params})


def write_url(url: PageUrl) -> None:
    """Put the state of this page into its URL, so that it survives a refresh and can be sent."""
    st.query_params.from_dict(url.to_params())


def open_page(name: PageName) -> NoReturn:
    """Go to this page with the parameters of the present URL."""
    st.switch_page(_page(name), query_params={key: st.query_params.get_all(key) for key in st.query_params})


def draw_tabs(*labels: str) -> Sequence[DeltaGenerator]:
    """Tabs; the open one is in the URL of the page. What the hidden ones hold is kept."""
    return st.tabs(labels, key="tab", bind="query-params")


def _page(name: PageName) -> Page:
    page: Page = st.session_state[_PAGES][name]
    return page
