"""Your table: a first schema for a table of your own, with its evidence and its check."""

import streamlit as st

from entrypoints.api.schemas import SchemaDraft
from entrypoints.ui.downloads import DownloadTable
from entrypoints.ui.plain_text import plain
from entrypoints.ui.widgets import session, uploads
from entrypoints.ui.widgets.problems import catch_problems
from entrypoints.ui.widgets.row_accounting import show_table

_MAX_LENGTH = 1000


def show() -> None:
    """Draw the page."""
    st.title("Your table")
    if not session.read_settings().offers_drafts:
        st.info(
            "This page is for the user interface and the API on one machine. Here it is switched off: draft a schema "
            "with `delay schema init`."
        )
        return
    st.write(
        "Upload a table of past shipments with their outcomes. You see a first schema for it, with the evidence for "
        "each line, and what it makes of the table. Nothing is stored, and the table does not leave this machine."
    )
    upload = uploads.ask_for_file("Table", "your_table_file")
    if upload is None:
        return
    with catch_problems():
        draft = uploads.keep(
            "your_table_draft", upload.digest, lambda: session.client().draft_schema(upload.name, upload.content)
        )
    if draft is not None:
        _show_draft(draft, upload.name.rpartition(".")[0] or upload.name)


def _show_draft(draft: SchemaDraft, name: str) -> None:
    if draft.problem is not None:
        st.warning(
            f"The draft has to be completed before it can be checked: {plain(draft.problem, _MAX_LENGTH)}. Fill in "
            "each ???, then run `delay schema check`.",
            icon=":material/edit:",
        )
    if draft.check is not None:
        _show_check(draft)
    st.subheader("The draft")
    st.download_button("Download as YAML", draft.draft, f"{name}.yaml", "application/yaml", on_click="ignore")
    st.code(draft.draft, language="yaml", line_numbers=True)


def _show_check(draft: SchemaDraft) -> None:
    check = draft.check
    if check is None:
        return
    if check.refusal is None:
        st.success("Ready to train.", icon=":material/check:")
    else:
        st.error(f"No model can be trained: {plain(check.refusal, _MAX_LENGTH)}.", icon=":material/error:")
    st.markdown(
        f"**{check.read:,} rows = {check.accepted:,} accepted + {check.quarantined:,} in quarantine + "
        f"{check.excluded:,} excluded**; late {check.late:,}, on time {check.on_time:,}, without an outcome yet "
        f"{check.open:,}."
    )
    for advice in check.advice:
        st.info(plain(advice, _MAX_LENGTH), icon=":material/info:")
    if check.problems:
        st.subheader("What would be in quarantine")
        show_table(
            DownloadTable(
                ("rule", "rows", "first row", "example"),
                [(item.rule, item.rows, item.first_row, item.example) for item in check.problems],
            )
        )
    st.subheader("Columns")
    rows = [
        (item.name, f"refused: {item.refused}" if item.refused else item.use, item.missing) for item in check.columns
    ]
    show_table(DownloadTable(("column", "use", "rows without a value"), rows))
