"""Outcomes: whether shipments came late, one by one or from a file."""

from dataclasses import dataclass
from datetime import UTC, datetime

import streamlit as st

from entrypoints.api.schemas import SchemaDescription
from entrypoints.ui.downloads import to_csv
from entrypoints.ui.files.outcomes import COLUMNS, OutcomeFile, missing_columns, read_outcomes
from entrypoints.ui.files.scoring import quarantine_table
from entrypoints.ui.plain_text import plain
from entrypoints.ui.row_submission import RowSubmission
from entrypoints.ui.widgets import row_accounting, session, uploads
from entrypoints.ui.widgets.navigation import draw_tabs
from entrypoints.ui.widgets.outcome_form import record_one
from entrypoints.ui.widgets.problems import catch_problems


@dataclass
class OutcomeImport:
    """A file of outcomes, and what became of its rows so far. `missing` says which columns it lacks."""

    missing: str | None
    notes: tuple[str, ...]
    file: OutcomeFile
    submission: RowSubmission[None]


def show() -> None:
    """Draw the page."""
    st.title("Outcomes")
    with catch_problems():
        schema = session.schema()
    st.write(
        f"Late means: {plain(schema.late_means)}. A later report about a shipment corrects an earlier one. An outcome "
        "of a shipment that was never predicted is kept, and counts once it is predicted; an outcome of an unknown "
        "prediction is refused."
    )
    one, file = draw_tabs("One shipment", "A file")
    with one:
        record_one(schema)
    with file:
        _import_file(schema)


def _import_file(schema: SchemaDescription) -> None:
    st.write(
        "CSV, XLSX or Parquet with the columns shipment\\_id (or prediction\\_id), late (late, yes, 1; on time, no, 0; "
        f"empty: not known yet) and known\\_at (optional; without an offset in {plain(schema.source.timezone)})."
    )
    upload = uploads.ask_for_file("File of outcomes", "outcomes_file")
    if upload is None:
        return
    kept = uploads.keep("outcomes_upload", upload.digest, lambda: _read(upload, schema))
    if kept is None:
        return
    if kept.missing is not None:
        st.error(plain(kept.missing), icon=":material/error:")
        return
    for note in kept.notes:
        st.caption(plain(note, uploads.MAX_REASON_LENGTH))
    row_accounting.send_rows(
        kept.submission, lambda piece: kept.file.record(session.record_outcomes, piece), "outcomes_sent"
    )
    row_accounting.show_accounting(kept.submission, "recorded", unsent=len(kept.file.open))
    problems = kept.submission.problems
    if problems:
        st.download_button(
            "Quarantine as CSV",
            lambda: to_csv(quarantine_table(problems)),
            "outcomes quarantine.csv",
            "text/csv",
            on_click="ignore",
        )
    row_accounting.show_quarantine(problems)


def _read(upload: uploads.Upload, schema: SchemaDescription) -> OutcomeImport:
    content = uploads.read_table(upload, schema, COLUMNS)
    file = read_outcomes(content, schema.source, datetime.now(UTC))
    return OutcomeImport(missing_columns(content.header), content.notes, file, file.submission(schema.max_shipments))
