"""Overdue shipments that nobody reports: late, unless their schema leaves them open; and when that is known."""

from dataclasses import replace
from datetime import timedelta

import pytest

from delay_core import FeatureEncoder, parse_schema
from delay_core.bundle import MANIFEST, Bundle
from delay_core.conformal import LabelSets
from delay_core.errors import SchemaError
from delay_core.ports.monitoring_store import ResultFilter
from delay_core.ports.outcome_log import Outcome
from delay_core.transformers.numeric import NumericFeature
from delay_core.use_cases.known_outcomes import KnownOutcomes
from delay_core.use_cases.matured_rows import MaturedModel, ReadMaturedRows
from fakes.progress import Progress
from support.builders import logged_prediction
from support.monitored_model import DAY, FIRST_DAY, NAME, MonitoredModel

WITHOUT_PROMISE = """
name: parcels
version: 1
prediction_point: {column: sent, stage: dispatch}
label: {actual: arrived, promised: due, known_after: P1D}
key: [parcel]
group: [order]
columns:
  parcel: {role: identifier}
  order: {role: identifier}
  sent: {role: timestamp}
  due: {role: timestamp}
  arrived: {role: timestamp, nullable: true, available_at: delivered}
  weight: {role: numeric}
"""
PARCELS = WITHOUT_PROMISE + "derived: {days allowed: {days: [sent, due]}}\n"
LEFT_OPEN = PARCELS.replace("known_after", "overdue: open, known_after")
ALL_DUE = FIRST_DAY + 3 * DAY
"""Parcels are promised a day after their dispatch, known a day later, and have one more to be reported."""


@pytest.fixture
def model():
    """Three parcels were predicted; the second one was reported as punctual."""
    model = MonitoredModel()
    for number in range(3):
        data = {
            "parcel": f"P-{number}",
            "order": f"O-{number // 2}",
            "sent": FIRST_DAY.isoformat(),
            "due": (FIRST_DAY + DAY).isoformat(),
            "weight": 3,
        }
        model.log.append(
            [logged_prediction(number, model_name=NAME, predicted_at=FIRST_DAY, point=FIRST_DAY, request_data=data)]
        )
    model.outcomes.append([Outcome("S-1", False, FIRST_DAY + DAY, FIRST_DAY + DAY, "carrier")])
    return model


def matured(model, yaml, moment):
    known = KnownOutcomes(model.outcomes, model.actions, grace=DAY)
    reader = ReadMaturedRows(model.reader, known, 20 * DAY, None, Progress())
    sets = LabelSets(late_from=0.5, on_time_up_to=0.5)
    served = MaturedModel(NAME, parse_schema(yaml, "parcels.yaml"), lambda *_: sets)
    return reader(served, moment, 100).matured


def test_recalibration__reads_them_as_late_once_the_grace_has_passed(model):
    assert matured(model, PARCELS, ALL_DUE - timedelta(seconds=1)) is None
    parcels = matured(model, PARCELS, ALL_DUE + timedelta(seconds=1))

    late = dict(zip(parcels.rows.shipment_ids, parcels.late.tolist(), strict=True))
    assert late == {"S-0": 1, "S-1": 0, "S-2": 1}
    group = dict(zip(parcels.rows.shipment_ids, parcels.rows.group.tolist(), strict=True))
    assert group["S-0"] == group["S-1"] != group["S-2"]


def test_recalibration__leaves_out_those_that_the_schema_leaves_open(model):
    assert matured(model, LEFT_OPEN, ALL_DUE + 9 * DAY).rows.shipment_ids == ["S-1"]


def test_recalibration__refuses_predictions_without_the_promised_date(model):
    with pytest.raises(SchemaError, match="parcels: predictions are logged without 'due', so it is unknown when"):
        matured(model, WITHOUT_PROMISE, ALL_DUE)


@pytest.mark.parametrize(("yaml", "outcomes"), [(PARCELS, 3), (LEFT_OPEN, 1)])
def test_monitoring__counts_them_unless_the_schema_leaves_them_open(model, yaml, outcomes):
    schema = parse_schema(yaml, "parcels.yaml").model_dump_json().encode()
    files = {name: content for name, content in model.bundles[1].files.items() if name != MANIFEST}
    encoder = FeatureEncoder(transformers=(NumericFeature(column="weight", median=0.0, indicator=False),)).to_json()
    bundle = Bundle.pack({**files, "schema.json": schema, "encoder.json": encoder})
    model.registry.register(NAME, bundle, "")
    for key, prediction in list(model.log.predictions.items()):
        model.log.predictions[key] = replace(prediction, model_version=2, bundle_digest=bundle.digest)

    model.run(6)

    newest = model.store.newest(NAME, ResultFilter())[0]
    assert (newest.decision.model_version, newest.decision.known_outcomes) == (2, outcomes)
