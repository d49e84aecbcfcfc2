"""Failed requests on the page: a sentence that says what to do, never a traceback."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import streamlit as st

from entrypoints.ui.errors import ApiError, ApiErrorCode, describe_error
from entrypoints.ui.plain_text import plain

MAX_SENTENCE_LENGTH = 1000


def show_problem(error: ApiError, key: str = "retry", retry: Callable[[], None] | None = None) -> None:
    """What happened and what to do; with a button where the same request may succeed later.

    A page that can show several problems gives each another `key`. `retry` repeats the request of an error that the
    page keeps; without it, the page makes the request whenever it is drawn.
    """
    show = st.warning if error.is_transient or error.code is ApiErrorCode.NO_MODEL else st.error
    show(plain(describe_error(error), MAX_SENTENCE_LENGTH), icon=":material/error:")
    if error.is_transient or error.code is ApiErrorCode.NO_MODEL:
        st.button("Try again", key=f"{key}_{error.code}", icon=":material/refresh:", on_click=retry)


@contextmanager
def catch_problems() -> Iterator[None]:
    """Show the ApiError that the block raises, and end the page there."""
    try:
        yield
    except ApiError as error:
        show_problem(error)
        st.stop()
