"""Outcomes of a table: every row is recorded, known already, open, excluded or quarantined; again, nothing changes."""

from datetime import timedelta

import pandas as pd
import pytest

from delay_core import load_schema, parse_schema
from delay_core.errors import SourceError
from delay_core.use_cases.import_outcomes import ImportOutcomes
from fakes.outcome_log import OutcomeLog
from fakes.prediction_log import PredictionLog
from fakes.prediction_reader import PredictionReader
from fakes.progress import Progress
from fakes.shipment_source import ShipmentSource
from support.builders import NOON, logged_prediction, outcome

KEYED = parse_schema(
    """
name: parcels
version: 1
description: Parcels with a key and two dates.
source: {date_formats: [ISO8601], timezone: UTC}
prediction_point: {column: Sent, stage: dispatch}
label: {actual: Delivered, promised: Promised, tolerance: PT2H}
key: Parcel
exclude_where: [{column: State, equals: [canceled]}]
columns:
  Parcel: {role: identifier, available_at: order}
  Sent: {role: timestamp, available_at: dispatch}
  Promised: {role: timestamp, available_at: order}
  Delivered: {role: timestamp, nullable: true, available_at: delivered}
  State: {role: categorical, available_at: order}
  Weight: {role: numeric, minimum: 0, maximum: 100, available_at: order}
""",
    "parcels.yaml",
)


class Log:
    """Fakes, and the use case that imports tables into them."""

    def __init__(self):
        self.predictions = PredictionLog()
        reader = PredictionReader(self.predictions)
        self.outcomes = OutcomeLog(reader)
        self.source = ShipmentSource(chunk_rows=2)
        self.use_case = ImportOutcomes(self.source, reader, self.outcomes, Progress())

    def __call__(self, table, schema=KEYED, now=NOON):
        self.source.tables["outcomes.csv"] = pd.DataFrame(table, dtype=object).fillna("")
        report = self.use_case(schema, "outcomes.csv", now)
        counted = report.recorded + report.already_known + report.open + report.quarantined + report.excluded
        assert report.read == counted == len(self.source.tables["outcomes.csv"])
        return report

    def late(self, shipment_id):
        history = self.outcomes.history(shipment_id)
        return [record.late for record in history]


@pytest.fixture
def log():
    return Log()


def counts(report):
    return report.recorded, report.already_known, report.open, report.quarantined


def test_import__records_outcomes_by_id_once(log):
    table = {
        "shipment_id": ["A", "B", "C"],
        "late": ["1", "no", ""],
        "known_at": ["2026-03-30T08:00:00Z", "2026-03-30 08:00", "2026-03-30"],
    }

    assert counts(log(table)) == (2, 0, 1, 0)
    assert counts(log(table, now=NOON + timedelta(days=1))) == (0, 2, 1, 0)

    [record] = log.outcomes.history("A")
    assert (record.late, record.known_at, record.recorded_at) == (True, NOON - timedelta(days=1, hours=4), NOON)
    assert log.late("B") == [False]
    assert log.late("C") == []


def test_import__of_an_older_table_again_does_not_undo_a_correction(log):
    table = {"shipment_id": ["A"], "late": ["yes"]}
    log(table)
    log.outcomes.append([outcome(shipment_id="A", late=False, recorded_at=NOON + timedelta(hours=1))])

    assert counts(log(table, now=NOON + timedelta(hours=2))) == (0, 1, 0, 0)

    assert log.late("A") == [True, False]


def test_import__of_another_outcome_is_a_correction(log):
    log({"shipment_id": ["A"], "late": ["yes"]})

    assert counts(log({"shipment_id": ["A", "B"], "late": ["no", "no"]}, now=NOON + timedelta(hours=1))) == (2, 0, 0, 0)

    assert log.late("A") == [True, False]


def test_import__of_an_unknown_shipment_is_joined_when_its_prediction_arrives(log):
    log({"shipment_id": ["A"], "late": ["1"]})

    log.predictions.append([logged_prediction(shipment_id="A")])

    [[joined]] = log.outcomes.join_predictions(NOON - timedelta(days=1), NOON + timedelta(days=1))
    assert (joined.shipment_id, joined.was_late) == ("A", True)


def test_import__repeated_rows_are_known_and_contradictory_ones_quarantined(log):
    report = log({"shipment_id": ["A", "A", "A", "B"], "late": ["1", "1", "0", "0"]})

    assert counts(report) == (2, 1, 0, 1)
    [violation] = report.violations
    assert (violation.row, violation.field, violation.code) == (3, "late", "contradictory_outcome")
    assert violation.message().startswith("row 2 says that the shipment was late; a correction has a known_at")
    assert log.late("A") == [True]


def test_import__rows_of_one_table_with_their_own_times_are_corrections(log):
    times = ["2026-03-29", "2026-03-30"]

    assert counts(log({"shipment_id": ["A", "A"], "late": ["1", "0"], "known_at": times})) == (2, 0, 0, 0)

    assert log.late("A") == [True, False]


def test_import__quarantines_what_it_cannot_read_with_its_reason(log):
    table = {
        "shipment_id": ["A", None, "C", "D", "E"],
        "late": ["maybe", "1", "1", "1", "0"],
        "known_at": ["2026-03-30", "2026-03-30", "soon", "2026-03-31T12:05:01Z", "2026-03-31T12:05:00Z"],
    }

    report = log(table)

    assert counts(report) == (1, 0, 0, 4)
    assert [(one.row, one.field, one.code.value) for one in report.violations] == [
        (1, "late", "not_a_label"),
        (2, "shipment_id", "missing"),
        (3, "known_at", "not_a_date"),
        (4, "known_at", "in_the_future"),
    ]
    assert report.problems["known_at: in the future"] == 1


def test_import__by_the_dates_of_the_schema(log):
    table = {
        "Parcel": ["1", "2", "3", "4"],
        "Promised": ["2026-03-20T10:00"] * 4,
        "Delivered": ["2026-03-20T12:00", "2026-03-20T12:01", "", "tomorrow"],
        "Weight": ["-5"] * 4,
    }

    report = log(table)

    assert counts(report) == (2, 0, 1, 1)
    assert [log.late(key) for key in "123"] == [[False], [True], []]
    assert [one.field for one in report.violations] == ["Delivered"]


def test_import__takes_the_promised_date_from_the_last_prediction(log):
    log.predictions.append(
        [
            logged_prediction(predicted_at=NOON - timedelta(days=age), shipment_id="7", request_data={"Promised": date})
            for age, date in ((5, "2026-03-20"), (4, "2026-03-28"))
        ]
    )

    report = log({"Parcel": ["7", "8"], "Delivered": ["2026-03-27", "2026-03-27"]})

    assert counts(report) == (1, 0, 1, 0)
    assert log.late("7") == [False]


def test_import__by_the_content_of_rows_without_a_key(log):
    schema = load_schema("smart_logistics")
    row = {name: [schema.role(name).example()] for name in schema.input_columns}

    report = log({**row, "Logistics_Delay": ["1"]}, schema)

    assert counts(report) == (1, 0, 0, 0)


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        (("Weight",), r"no shipment: it needs shipment_id, or Parcel; and no outcome: it needs late, or Delivered"),
        (("Parcel", "Promised"), "no outcome: it needs late, or Delivered; found: Parcel, Promised"),
    ],
)
def test_import__refuses_a_table_without_shipments_or_outcomes(log, columns, message):
    with pytest.raises(SourceError, match=message):
        log({name: ["1"] for name in columns})
