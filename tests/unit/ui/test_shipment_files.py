"""Files of shipments: which columns are sent, by which key, and what is downloaded."""

from entrypoints.table_process.messages import TableContent
from entrypoints.ui.files.columns import match_columns, readable_columns
from entrypoints.ui.files.scoring import ShipmentFile, quarantine_table, scored_rows, scored_table
from entrypoints.ui.row_submission import Piece, RowProblem
from support import ui_samples
from support.fake_api import answers


def content(columns, rows, **values):
    return TableContent(
        header=tuple(columns), columns=columns, row_count=rows, **{"unreadable": {}, "notes": (), **values}
    )


def schema():
    fields = [
        ui_samples.field("load", type="number", aliases=["Load (kg)"]),
        ui_samples.field("wait", type="number", required=False),
        ui_samples.field("status", status="ignored", required=False, use="ignored: known at delivered"),
    ]
    return ui_samples.parcels().model_copy(update={"fields": fields})


def test_columns__that_no_prediction_reads_are_named_and_not_sent():
    columns = match_columns(schema(), ["Load (kg)", "status", "driver name"])

    assert columns.sent == ("Load (kg)",)
    assert columns.problems == []
    assert columns.notes == [
        "status is not sent: known at delivered.",
        "Not sent, because the schema does not have them: driver name.",
    ]
    assert readable_columns(schema()) == ("load", "Load (kg)", "wait")


def test_file_without_a_required_column_or_with_two_of_a_field__is_not_sent():
    assert "no column for load" in match_columns(schema(), ["wait"]).problems[0]
    assert "two columns for load" in match_columns(schema(), ["load", "Load (kg)"]).problems[0]


class Predict:
    def __init__(self):
        self.keys, self.records = [], []

    def __call__(self, request, key):
        self.keys.append(key)
        self.records += [shipment.root for shipment in request.data]
        return answers(len(request.data))


def test_file__is_sent_with_keys_that_follow_from_its_content():
    file = ShipmentFile("d1", "s1", content({"load": ["007", None, 2.5]}, 3))
    first, second, third = Predict(), Predict(), Predict()

    file.submission(2).submit_all(lambda piece: file.score(first, piece), None, lambda: None)
    file.submission(2).submit_all(lambda piece: file.score(second, piece), None, lambda: None)
    ShipmentFile("d2", "s1", file.content).score(third, Piece(0, (1, 2)))
    ShipmentFile("d1", "s2", file.content).score(third, Piece(0, (1, 2)))
    file.score(third, Piece(0, (1,)))
    file.score(third, Piece(1, (1, 2)))

    assert first.records == [{"load": "007"}, {"load": None}, {"load": 2.5}]
    assert first.keys == second.keys
    assert len({*first.keys, *third.keys}) == 6


def test_scored_table__has_the_columns_of_the_file_and_of_the_prediction():
    file = ShipmentFile("d1", "s1", content({"load": [1, 2], "notes": ["a", "b"]}, 2, unreadable={1: "has 3 cells"}))
    submission = file.submission(10)
    submission.submit_all(lambda piece: file.score(Predict(), piece), None, lambda: None)

    table = scored_table(file, submission)
    [row] = [dict(zip(table.columns, row, strict=True)) for row in table.rows]

    assert (row["row"], row["load"], row["notes (file)"], row["decision"]) == (2, 2, "b", "act")
    assert row["probability"] == 0.78
    assert row["prediction_id"] == str(ui_samples.prediction_id(1))
    assert row["notes"] == ""
    assert quarantine_table(submission.problems).rows == [RowProblem(1, "", "has 3 cells")]


def test_requests__have_a_bounded_number_of_cells():
    wide = ShipmentFile("d1", "s1", content({f"c{number}": [None] * 300 for number in range(500)}, 300))
    assert [len(piece.rows) for piece in wide.submission(10_000).pending] == [200, 100]


def test_scored_rows__are_those_of_the_response():
    assert [row.shipment_id for row in scored_rows(answers(2))] == ["P-1", "P-2"]
