"""Rows of a file that are sent: progress, how many of them went where, and why some did not."""

import time
from typing import Any, TypeVar

import pandas as pd
import streamlit as st

from entrypoints.ui.downloads import DownloadTable
from entrypoints.ui.errors import ApiError
from entrypoints.ui.plain_text import shorten
from entrypoints.ui.row_submission import Post, RowProblem, RowSubmission
from entrypoints.ui.widgets.problems import show_problem

Result = TypeVar("Result")
MAX_VISIBLE_ROWS = 1000


def send_rows(submission: RowSubmission[Result], post: Post[Result], key: str) -> None:
    """A button that sends the rows, then the progress; a run that is interrupted goes on in the next one."""
    if not submission.pending:
        return
    count = submission.row_count - submission.done
    started = st.session_state.get(key) is submission
    if not started and not st.button(f"Send {_rows(count)}", type="primary", key=f"{key}_button"):
        return
    st.session_state[key] = submission
    bar = st.progress(submission.done / submission.row_count, _progress_text(submission))
    try:
        submission.submit_all(
            post,
            wait=time.sleep,
            advance=lambda: bar.progress(submission.done / submission.row_count, _progress_text(submission)),
        )
    except ApiError as error:
        show_problem(error, f"{key}_retry")
        st.info(
            f"{submission.done:,} of {_rows(submission.row_count)} are done and stay done; the others are sent when "
            "you try again."
        )
    bar.empty()


def show_accounting(submission: RowSubmission[Result], accepted: str, *, unsent: int = 0) -> None:
    """Where each row is: the rows of the file are the sum of the other figures. `unsent`: accepted without sending."""
    parts = {accepted: len(submission.accepted) - unsent, "in quarantine": len(submission.quarantined)}
    if unsent:
        parts["without an outcome yet"] = unsent
    waiting = submission.row_count - submission.done
    if waiting:
        parts["not sent yet"] = waiting
    sum_text = " + ".join(f"{count:,} {name}" for name, count in parts.items())
    st.markdown(f"**{_rows(submission.row_count)} = {sum_text}**")


def show_quarantine(problems: list[RowProblem]) -> None:
    """Why rows are in quarantine, the first ones."""
    if not problems:
        return
    st.subheader("Quarantine")
    if len(problems) > MAX_VISIBLE_ROWS:
        st.caption(f"The first {MAX_VISIBLE_ROWS:,} of {len(problems):,} reasons; the download has all.")
    show_table(DownloadTable(("row", "field", "reason"), problems[:MAX_VISIBLE_ROWS]))


def show_table(table: DownloadTable, **columns: Any) -> None:
    """A table; its texts are shown as they are, without invisible characters. `columns`: how some are shown."""
    rows = [[shorten(cell) if isinstance(cell, str) else cell for cell in row] for row in table.rows]
    frame = pd.DataFrame(rows, columns=list(table.columns))
    st.dataframe(frame, hide_index=True, column_config=columns or None, width="stretch")


def _rows(count: int) -> str:
    return "1 row" if count == 1 else f"{count:,} rows"


def _progress_text(submission: RowSubmission[Result]) -> str:
    return f"{submission.done:,} of {_rows(submission.row_count)}"
