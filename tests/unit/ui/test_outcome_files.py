"""Files of outcomes: words and dates by the rules of `delay outcomes import`, every row accounted for."""

from datetime import UTC, datetime

import pytest

from entrypoints.table_process.messages import TableContent
from entrypoints.ui.files.outcomes import COLUMNS, OutcomeRow, missing_columns, read_outcomes
from support import ui_samples

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


def read(rows, unreadable=None):
    columns = {name: [row.get(name) for row in rows] for name in COLUMNS if any(name in row for row in rows)}
    content = TableContent(
        header=tuple(columns), columns=columns, row_count=len(rows), unreadable=unreadable or {}, notes=()
    )
    return read_outcomes(content, ui_samples.parcels().source, NOW)


@pytest.mark.parametrize(
    ("word", "late"), [("late", True), ("Yes", True), (1, True), (True, True), ("on time", False), ("0", False)]
)
def test_words__mean_late_or_on_time(word, late):
    assert read([{"shipment_id": "007", "late": word}]).outcomes == {1: OutcomeRow("007", None, late, None)}


def test_rows__are_outcomes_open_or_in_quarantine():
    prediction = str(ui_samples.prediction_id(5))
    file = read(
        [
            {"shipment_id": "a", "late": "yes", "known_at": "2026-01-02T03:04Z"},
            {"shipment_id": "b", "late": ""},
            {"shipment_id": "", "late": "no"},
            {"shipment_id": "c", "late": "perhaps", "known_at": "soon"},
            {"prediction_id": prediction, "late": "no"},
            {"prediction_id": "P-1", "late": "no"},
            {"shipment_id": "a", "late": "no"},
            {},
        ],
        unreadable={8: "has 9 cells"},
    )

    assert file.outcomes == {
        1: OutcomeRow("a", None, True, datetime(2026, 1, 2, 3, 4, tzinfo=UTC)),
        5: OutcomeRow(None, ui_samples.prediction_id(5), False, None),
    }
    assert file.open == {2}
    assert [(problem.row, problem.field) for problem in file.problems] == [
        (8, ""), (3, "shipment_id"), (4, "late"), (4, "known_at"), (6, "prediction_id"), (7, "late"),
    ]  # fmt: skip


def test_outcomes__are_sent_once_and_open_rows_never():
    sent = []
    file = read([{"shipment_id": str(row), "late": "yes" if row != 2 else ""} for row in range(4)])
    submission = file.submission(2)

    submission.submit_all(lambda piece: file.record(sent.append, piece), None, lambda: None)

    assert [outcome.shipment_id for request in sent for outcome in request.data] == ["0", "1", "3"]
    assert {outcome.known_at for request in sent for outcome in request.data} == {NOW}
    assert submission.done == submission.row_count == 4
    assert '"known_at":"2026-03-02T09:00:00Z"' in sent[0].model_dump_json(exclude_unset=True)


def test_file_without_the_columns__is_refused_with_what_it_needs():
    assert "a column late" in (missing_columns(["shipment_id"]) or "")
    assert missing_columns(["prediction_id", "late", "more"]) is None
