"""A page of the user interface run by Streamlit's AppTest, against any API."""

import re
from typing import Any

from streamlit.components.v2 import manifest_scanner
from streamlit.testing.v1 import AppTest

from entrypoints.ui.widgets.navigation import PageName

RUN_SECONDS = 30
"""A page takes milliseconds; the limit is for machines with much else to do."""

manifest_scanner.scan_component_manifests = list  # type: ignore[assignment]
"""Streamlit searches all installed packages for components in every run of AppTest; the product uses none."""


def open_page(name: PageName, **params: Any) -> AppTest:
    """The page after its first run; `params` are of its URL. The settings come from the environment."""
    page = AppTest.from_string(f"from entrypoints.ui.app import run\nrun({name!r})", default_timeout=RUN_SECONDS)
    page.query_params.update(params)
    return page.run()


def visible(text: str) -> str:
    """What a reader sees of a text that `plain` made."""
    return re.sub(r":small\[(.)\]", r"\1", text.replace("\\", "")).replace("\u2060", "")


def texts(page: AppTest) -> str:
    """All texts of the page, one a line."""
    kinds = (page.title, page.header, page.subheader, page.markdown, page.text, page.caption, page.code)
    boxes = (page.error, page.warning, page.info, page.success)
    metrics = [f"{metric.label}: {metric.value}" for metric in page.metric]
    return "\n".join([str(element.value) for elements in (*kinds, *boxes) for element in elements] + metrics)


def problems(page: AppTest) -> list[str]:
    """The sentences in boxes of errors and warnings. There is never an exception."""
    assert not page.exception, [element.value for element in page.exception]
    return [str(element.value) for elements in (page.error, page.warning) for element in elements]
