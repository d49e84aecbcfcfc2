"""Scoring a file: upload, accounting, the shipments that save most, downloads."""

from dataclasses import dataclass

import pandas as pd
import streamlit as st

from entrypoints.api.schemas import SchemaDescription
from entrypoints.ui.downloads import DownloadTable, to_csv, to_xlsx
from entrypoints.ui.files.columns import FileColumns, match_columns, readable_columns
from entrypoints.ui.files.scoring import ScoredRow, ShipmentFile, quarantine_table, scored_table
from entrypoints.ui.plain_text import plain
from entrypoints.ui.row_submission import RowSubmission
from entrypoints.ui.widgets import row_accounting, session, uploads

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_FIRST_COLUMNS = ("shipment_id", "probability", "label_set", "decision", "expected_saving")


@dataclass
class FileScore:
    """A file, and what became of its rows so far."""

    file: ShipmentFile
    columns: FileColumns
    submission: RowSubmission[ScoredRow]


def score_file(schema: SchemaDescription) -> None:
    """The tab for files."""
    st.write(
        "CSV, XLSX or Parquet, with the columns of the form under their names. Excel keeps leading zeros in XLSX files "
        "only. Columns that the schema does not have, and personal data, are not sent."
    )
    upload = uploads.ask_for_file("File of shipments", "score_file")
    if upload is None:
        return
    score = uploads.keep("score_upload", upload.digest + schema.digest, lambda: _read(upload, schema))
    if score is None:
        return
    for problem in score.columns.problems:
        st.error(plain(problem, uploads.MAX_REASON_LENGTH), icon=":material/error:")
    for note in (*score.columns.notes, *score.file.content.notes):
        st.caption(plain(note, uploads.MAX_REASON_LENGTH))
    if score.columns.problems:
        return
    client = session.client()
    row_accounting.send_rows(score.submission, lambda piece: score.file.score(client.predict, piece), "score_sent")
    row_accounting.show_accounting(score.submission, "scored")
    _show_results(score, upload.name)


def _read(upload: uploads.Upload, schema: SchemaDescription) -> FileScore:
    content = uploads.read_table(upload, schema, readable_columns(schema))
    file = ShipmentFile(upload.digest, schema.digest, content)
    return FileScore(file, match_columns(schema, content.header), file.submission(schema.max_shipments))


def _show_results(score: FileScore, name: str) -> None:
    if not score.submission.done:
        return
    stem = name.rpartition(".")[0] or name
    scored = scored_table(score.file, score.submission)
    reasons = quarantine_table(score.submission.problems)
    workbook, csv, quarantine = st.columns(3)
    workbook.download_button(
        "Workbook with all rows",
        lambda: to_xlsx({"scored": scored, "quarantine": reasons}),
        f"{stem} scored.xlsx",
        _XLSX,
        on_click="ignore",
        icon=":material/download:",
    )
    csv.download_button(
        "Scored rows as CSV", lambda: to_csv(scored), f"{stem} scored.csv", "text/csv", on_click="ignore"
    )
    quarantine.download_button(
        "Quarantine as CSV", lambda: to_csv(reasons), f"{stem} quarantine.csv", "text/csv", on_click="ignore"
    )
    if scored.rows:
        st.subheader("Shipments that save most")
        _show_first(scored)
    row_accounting.show_quarantine(score.submission.problems)


def _show_first(scored: DownloadTable) -> None:
    frame = pd.DataFrame(scored.rows, columns=list(scored.columns)).loc[:, list(_FIRST_COLUMNS)]
    first = frame.sort_values("expected_saving", ascending=False).head(row_accounting.MAX_VISIBLE_ROWS)
    row_accounting.show_table(
        DownloadTable(_FIRST_COLUMNS, first.to_numpy().tolist()),
        probability=st.column_config.NumberColumn(format="percent"),
        expected_saving=st.column_config.NumberColumn(format="%.2f"),
    )
