"""Scoring the shipments of a file: requests, their idempotency keys, and the tables to download."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, NamedTuple

from entrypoints.api.schemas import Answers, PredictRequest, Shipment
from entrypoints.table_process.messages import Cell, TableContent
from entrypoints.ui.downloads import DownloadTable
from entrypoints.ui.row_submission import Piece, RowProblem, RowSubmission

MAX_PIECE_CELLS = 100_000
"""Cells of a request: some MiB, whatever number of shipments the API allows."""


class ScoredRow(NamedTuple):
    """The prediction of a row."""

    shipment_id: str
    probability: float
    label_set: str
    acts: bool
    expected_saving: float
    currency: str | None
    model_version: int
    predicted_at: str
    prediction_id: str
    notes: tuple[str, ...]
    reasons: tuple[str, ...]
    """Only of a request with `explain`."""


_DOWNLOADED = tuple(name for name in ScoredRow._fields if name != "reasons")

Predict = Callable[[PredictRequest, str], Answers]
"""Sends a request with an idempotency key. Raises ApiError."""


@dataclass(frozen=True)
class ShipmentFile:
    """An uploaded file with the columns that are sent."""

    digest: str
    schema_digest: str
    content: TableContent

    def submission(self, max_shipments: int) -> "RowSubmission[ScoredRow]":
        """Its rows; those that could not be read are in quarantine from the beginning."""
        problems = [RowProblem(row, "", reason) for row, reason in sorted(self.content.unreadable.items())]
        size = max(1, min(max_shipments, MAX_PIECE_CELLS // max(1, len(self.content.columns))))
        return RowSubmission.of_rows(self.content.row_count, problems, size)

    def records(self, rows: Sequence[int]) -> list[dict[str, Cell]]:
        """The shipments in these rows, under the names of the file."""
        columns = self.content.columns
        return [{name: values[row - 1] for name, values in columns.items()} for row in rows]

    def score(self, predict: Predict, piece: Piece) -> list[ScoredRow]:
        """The predictions of a piece. Raises ApiError.

        The key follows from the content: the same rows of the same file are predicted once, however often they are
        sent.
        """
        records = self.records(piece.rows)
        request = PredictRequest(data=[Shipment(record) for record in records])
        return scored_rows(predict(request, self._key(piece, records)))

    def _key(self, piece: Piece, records: list[dict[str, Cell]]) -> str:
        body = json.dumps(records, ensure_ascii=False, separators=(",", ":")).encode("utf-8", errors="surrogatepass")
        parts = (self.digest, self.schema_digest, str(piece.chunk), sha256(body).hexdigest())
        return f"ui-{sha256('|'.join(parts).encode()).hexdigest()}"


def scored_rows(answers: Answers) -> list[ScoredRow]:
    """The predictions of a response, in its order."""
    lists: dict[str, list[Any]] = dict(answers)
    return [
        ScoredRow(
            shipment_id=shipment_id,
            probability=probability,
            label_set=label_set,
            acts=prediction == 1,
            expected_saving=saving,
            currency=answers.currency,
            model_version=answers.model_version,
            predicted_at=answers.predicted_at.isoformat(),
            prediction_id=str(prediction_id),
            notes=tuple(notes),
            reasons=tuple(reason.text for reason in reasons),
        )
        for shipment_id, probability, label_set, prediction, saving, prediction_id, notes, reasons in zip(
            lists["shipment_id"],
            lists["probability"],
            lists["label_set"],
            lists["prediction"],
            lists["expected_saving"],
            lists["prediction_id"],
            lists["notes"],
            lists["reasons"] or [()] * len(lists["shipment_id"]),
            strict=True,
        )
    ]


def scored_table(file: ShipmentFile, submission: "RowSubmission[ScoredRow]") -> DownloadTable:
    """The scored rows: the columns that were sent, then those of the prediction."""
    sent = tuple(file.content.columns)
    rows = [
        [number, *(file.content.columns[name][number - 1] for name in sent), *_cells(submission.accepted[number])]
        for number in sorted(submission.accepted)
    ]
    names = ["decision" if name == "acts" else name for name in _DOWNLOADED]
    taken = {"row", *names}
    return DownloadTable(("row", *(f"{name} (file)" if name in taken else name for name in sent), *names), rows)


def quarantine_table(problems: Sequence[RowProblem]) -> DownloadTable:
    """Why rows are in quarantine: a line for each rule that a row breaks."""
    return DownloadTable(RowProblem._fields, problems)


def _cells(row: ScoredRow) -> list[Cell]:
    values = row._asdict() | {"acts": "act" if row.acts else "wait", "notes": "; ".join(row.notes)}
    return [values[name] for name in _DOWNLOADED]
