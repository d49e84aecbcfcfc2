"""Which served shipments a recalibration reads: those whose outcomes have matured, the last predicted ones."""

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from delay_core import load_schema
from delay_core.ports.outcome_log import Outcome
from delay_core.use_cases.known_outcomes import KnownOutcomes
from delay_core.use_cases.matured_rows import MaturedModel, ReadMaturedRows
from fakes.progress import Progress
from support.builders import action, logged_prediction
from support.monitored_model import DAY, FIRST_DAY, NAME, MonitoredModel

ROWS = 6


@pytest.fixture
def model():
    """Four days of predictions; an outcome counts three days later, and has one more to be reported."""
    model = MonitoredModel()
    for day in range(4):
        model.serve(day, rows=ROWS)
    return model


def read(model, day, limit=1000, since=None, *, horizon=20 * DAY, max_rows=None):
    known = KnownOutcomes(model.outcomes, model.actions, grace=DAY)
    reader = ReadMaturedRows(model.reader, known, horizon, max_rows, Progress())
    served = MaturedModel(NAME, load_schema("smart_logistics"), lambda version, _: model.bundles[version].label_sets)
    return reader(served, FIRST_DAY + day * DAY, limit, since)


def days(report):
    return [] if report.matured is None else [int(one.split("-")[1]) for one in report.matured.rows.shipment_ids]


def test_outcomes__are_read_once_the_deadline_and_the_grace_have_passed(model):
    assert read(model, 4).matured is None
    assert days(read(model, 5)) == [0] * ROWS
    assert days(read(model, 8)) == [0] * ROWS + [1] * ROWS + [2] * ROWS + [3] * ROWS


def test_limit__is_the_number_of_shipments_on_which_nobody_acted(model):
    assert days(read(model, 8, limit=2)) == [3] * 2
    assert days(read(model, 8, limit=ROWS)) == [3] * ROWS
    model.actions.append([action(shipment_id=f"1-3-{row}", at=FIRST_DAY) for row in (0, 5)])
    matured = read(model, 8, limit=ROWS).matured
    assert matured.rows.shipment_ids == ["1-2-4", "1-2-5", *(f"1-3-{row}" for row in range(ROWS))]
    assert int((~matured.acted).sum()) == ROWS


def test_predictions_before_the_horizon__are_not_read(model):
    assert days(read(model, 8, horizon=6 * DAY)) == [2] * ROWS + [3] * ROWS


def test_since__leaves_out_outcomes_that_counted_before(model):
    assert days(read(model, 8, since=FIRST_DAY + 6 * DAY)) == [3] * ROWS


def test_rows__are_in_the_order_in_which_they_count_with_their_labels(model):
    matured = read(model, 8).matured
    assert (np.diff(matured.due) >= np.timedelta64(0, "us")).all()
    recorded = [model.outcomes.history(one)[-1].late for one in matured.rows.shipment_ids]
    assert matured.late.tolist() == recorded
    assert set(recorded) == {False, True}


def test_correction__of_an_outcome_counts(model):
    first = read(model, 8).matured
    shipment_id, was_late = first.rows.shipment_ids[0], bool(first.late[0])
    moment = FIRST_DAY + 7 * DAY

    model.outcomes.append([Outcome(shipment_id, not was_late, moment, moment, "correction")])

    assert bool(read(model, 8).matured.late[0]) is not was_late


def test_shipments_on_which_somebody_acted__are_marked(model):
    model.actions.append(
        [action(shipment_id="1-0-2", at=FIRST_DAY), action(shipment_id="1-0-3", at=FIRST_DAY + 9 * DAY)]
    )
    matured = read(model, 8).matured
    assert [one for one, acted in zip(matured.rows.shipment_ids, matured.acted, strict=True) if acted] == ["1-0-2"]


def test_shipment_that_was_predicted_again__counts_once_with_its_newest_prediction(model):
    first = next(iter(model.log.predictions.values()))
    later = first.predicted_at + timedelta(minutes=1)
    new_id = logged_prediction(predicted_at=later).prediction_id
    model.log.append([replace(first, prediction_id=new_id, predicted_at=later, probability=0.9)])

    matured = read(model, 8).matured

    assert len(matured) == 4 * ROWS
    assert matured.rows.probability[matured.rows.shipment_ids.index(first.shipment_id)] == 0.9


def test_rows_of_another_version__are_read_and_covered_by_the_label_sets_that_it_served(model):
    version = model.register(None)
    model.serve(4, rows=ROWS, version=version)
    matured = read(model, 9).matured
    assert [one.split("-")[0] for one in matured.rows.shipment_ids[-ROWS:]] == [str(version)] * ROWS
    sets = model.bundles[version].label_sets
    assert matured.covered.tolist() == sets.hold(matured.late, matured.rows.probability).tolist()
    assert not matured.covered.all()


def test_requests_that_the_schema_refuses__are_counted(model):
    first = next(iter(model.log.predictions.values()))
    refused = replace(first, request_data={**first.request_data, "Traffic_Status": 7, "Humidity": "wet"})
    model.log.predictions[first.predicted_at, first.prediction_id] = refused

    report = read(model, 8)

    assert (report.refused, len(report.matured)) == (1, 4 * ROWS - 1)


def test_many_predictions_of_a_day__are_sampled(model):
    model.serve(4, rows=100)
    assert 0 < sum(day == 4 for day in days(read(model, 9, max_rows=60))) <= 60
