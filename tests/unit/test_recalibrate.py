"""Recalibration as a use case: what it reads, what it decides, what is stored, and what a repeated run finds."""

from dataclasses import replace

import numpy as np
import pytest
from pydantic import ValidationError

from delay_core import load_schema
from delay_core.artifacts import read_bundle
from delay_core.calibration import RecalibratedCalibrator
from delay_core.errors import NoSuchModel, StoreError
from delay_core.recalibration import RecalibrationPolicy, RecalibrationRecord
from delay_core.use_cases.recalibrate import Undecided
from delay_core.use_cases.replay import last_trained_moment
from fakes.shipment_source import ShipmentSource
from support.builders import action
from support.fake_product import ALIAS, FakeProduct
from support.served_shipments import DAY, FIRST_DAY, NAME, ServedShipments
from support.shipment_tables import raw_shipments

SCHEMA = load_schema("smart_logistics")
JUMP = 1.6


@pytest.fixture(scope="module")
def trained():
    product = FakeProduct(ShipmentSource({"one": raw_shipments(1), "two": raw_shipments(2)}))
    product.pipeline(SCHEMA, "one", NAME)
    return product


@pytest.fixture
def shipments(trained):
    """A model that serves; nothing was predicted yet."""
    return ServedShipments(trained.copy())


@pytest.fixture
def jumped(shipments):
    """A model that served 600 shipments of ten days, of which many more came late than it says."""
    shipments.serve(range(10), JUMP)
    return shipments


def serving(shipments):
    return shipments.product.registry.get_by_alias(NAME, ALIAS).version


def decisions(shipments):
    return [(one.action, one.version, one.trigger) for one in shipments.product.promotion_log.decisions(NAME)]


FIRST = ("promoted", 1, "gate")
MAY_HAVE_LEARNED = "the champion may have learned from some of these rows, which favors it"


def test_jump_of_the_late_rate__lets_a_recalibrated_version_serve(jumped):
    before = jumped.model().predictor.bundle
    result = jumped.recalibrate(20)

    after = jumped.model().predictor.bundle
    assert (result.serving.version, result.outcomes.rows, result.undecided) == (1, 600, None)
    assert decisions(jumped) == [FIRST, ("promoted", 2, "recalibration")]
    assert (result.decision.replaced, result.decision.digest, serving(jumped)) == (1, after.digest, 2)
    changed = {name for name, content in after.files.items() if content != before.files[name]}
    assert changed == {"calibrator.json", "label_sets.json", "metrics.json", "model_card.md", "manifest.json"}
    assert after.calibrator.base == before.calibrator
    assert after.calibrator.log_odds_map(np.zeros(1)) > 0
    assert read_bundle(jumped.product.store, after.digest) == after


def test_recalibrated_bundle__says_what_it_follows(jumped):
    base = jumped.model().version
    result = jumped.recalibrate(20)

    bundle = jumped.model().predictor.bundle
    record = RecalibrationRecord.read(bundle.metrics)
    assert (record.base_version, record.base_digest, record.outcomes) == (1, base.digest, 600)
    assert record.known_from == FIRST_DAY + 3.5 * DAY  # each outcome counts three days after its prediction
    assert record.known_until == FIRST_DAY + 12.5 * DAY
    assert record.checks == result.decision.checks
    assert record.calibrator_outcomes == result.outcomes
    card = bundle.files["model_card.md"].decode()
    assert card.count("## Recalibration") == 1
    assert "its probabilities and label sets follow 600 outcomes" in card
    assert card.index("600 outcomes") < card.index("those of version 1") < card.index("## Test results")


def test_late_rate_that_stays__is_refused_and_recorded_once(shipments):
    shipments.serve(range(4, 6))  # label sets hold about as many of these as promised
    for _ in range(2):
        result = shipments.recalibrate(20)
        assert (result.decision.action, result.decision.version) == ("refused", 1)
    assert decisions(shipments) == [FIRST, ("refused", 1, "recalibration")]
    assert [version.version for version in shipments.product.registry.versions(NAME)] == [1]


def test_same_outcomes_again__decide_nothing(jumped):
    jumped.recalibrate(20)
    result = jumped.recalibrate(21)
    assert (result.decision, result.undecided) == (None, Undecided.NO_NEW_OUTCOME)
    assert len(decisions(jumped)) == 2
    assert [version.version for version in jumped.product.registry.versions(NAME)] == [1, 2]


def test_recalibrated_version__is_recalibrated_from_the_calibrator_of_the_training(jumped):
    trained_calibrator = jumped.model().predictor.bundle.calibrator
    jumped.recalibrate(20)
    jumped.serve(range(20, 30), -JUMP)

    result = jumped.recalibrate(40)

    bundle = jumped.model().predictor.bundle
    assert (result.decision.action, result.decision.replaced, serving(jumped)) == ("promoted", 2, 3)
    assert isinstance(bundle.calibrator, RecalibratedCalibrator)
    assert bundle.calibrator.base == trained_calibrator
    assert RecalibrationRecord.read(bundle.metrics).base_version == 1
    assert bundle.files["model_card.md"].decode().count("## Recalibration") == 1


def test_predictions_of_an_earlier_version__count_by_what_the_serving_one_says(jumped):
    jumped.recalibrate(20)
    calibrator = jumped.model().predictor.bundle.calibrator
    jumped.serve(range(20, 22), JUMP, rows=20)
    result = jumped.recalibrate(30)
    assert result.outcomes.rows == 640
    [change] = [check for check in result.decision.checks if check.name == "change"]
    assert not change.passed  # it is right by now
    assert jumped.model().predictor.bundle.calibrator == calibrator


def test_label_sets__are_adapted_although_the_calibrator_stays(shipments):
    before = shipments.model().predictor.bundle
    shipments.serve(range(10))
    result = shipments.recalibrate(20)

    after = shipments.model().predictor.bundle
    assert (result.decision.action, serving(shipments)) == ("promoted", 2)
    assert after.calibrator == before.calibrator
    assert after.label_sets != before.label_sets
    assert result.decision.reasons[-1].startswith("label sets held ")
    assert RecalibrationRecord.read(after.metrics).calibrator_outcomes is None
    card = after.files["model_card.md"].decode()
    assert "its label sets follow 600 outcomes" in card
    assert "Its probabilities are those of its training." in card


def test_label_sets_of_a_recalibrated_version__follow_other_outcomes_than_its_probabilities(jumped):
    first = jumped.recalibrate(20)
    jumped.serve(range(20, 24), JUMP)
    with_large_changes_only = replace(jumped.product.recalibrate, policy=RecalibrationPolicy(minimum_change=0.05))
    result = with_large_changes_only(NAME, FIRST_DAY + 40 * DAY)

    bundle = jumped.model().predictor.bundle
    record = RecalibrationRecord.read(bundle.metrics)
    assert (result.decision.action, serving(jumped)) == ("promoted", 3)
    assert bundle.calibrator == jumped.product.registry.load(NAME, 2).calibrator
    assert (record.outcomes, record.calibrator_outcomes) == (840, first.outcomes)
    card = bundle.files["model_card.md"].decode()
    assert "its label sets follow 840 outcomes" in card
    assert "Its probabilities follow 600 earlier outcomes, known from 2024-07-04 12:00 to 2024-07-13 12:00 UTC." in card
    assert jumped.recalibrate(41).undecided is Undecided.NO_NEW_OUTCOME


def test_record_of_the_first_format__says_that_the_calibrator_follows_what_the_label_sets_follow(jumped):
    outcomes = jumped.recalibrate(20).outcomes
    metrics = jumped.model().predictor.bundle.metrics
    del metrics["recalibration"]["calibrator_outcomes"]
    assert RecalibrationRecord.read(metrics).calibrator_outcomes == outcomes
    with pytest.raises(ValidationError):
        RecalibrationRecord.read({"recalibration": ["840 outcomes"]})


def test_rollback__restores_the_version_before_and_only_later_outcomes_count(jumped):
    product = jumped.product
    jumped.recalibrate(20)

    product.promotion_log.clock = lambda: FIRST_DAY + 20 * DAY
    rolled_back = product.rollback(NAME)
    assert (rolled_back.version, serving(jumped)) == (1, 1)

    result = jumped.recalibrate(20)
    assert (result.outcomes.rows, result.decision.action, serving(jumped)) == (0, "refused", 1)
    assert result.decision.notes == (
        "a recalibration was rolled back on 2024-07-21 00:00 UTC: only outcomes that count from then on were read",
    )

    jumped.serve(range(20, 30), JUMP)
    result = jumped.recalibrate(40)
    assert (result.outcomes.rows, result.decision.action, serving(jumped)) == (600, "promoted", 3)


def test_shipments_on_which_somebody_acted__are_not_enough(jumped):
    ids = [prediction.shipment_id for prediction in jumped.product.prediction_log.predictions.values()]
    jumped.product.action_log.append([action(shipment_id=one, at=FIRST_DAY) for one in ids])
    result = jumped.recalibrate(20)
    assert (result.outcomes.rows, result.outcomes.acted) == (0, 600)
    assert (result.decision.action, serving(jumped)) == ("refused", 1)
    assert "acted on" in result.decision.reasons[0]


def test_no_outcome__is_refused(shipments):
    result = shipments.recalibrate(20)
    assert (result.outcomes.rows, result.decision.action) == (0, "refused")


def test_predictions_that_the_schema_refuses__are_reported(jumped):
    log = jumped.product.prediction_log.predictions
    key, prediction = next(iter(log.items()))
    log[key] = replace(prediction, request_data={**prediction.request_data, "Humidity": "wet"})
    result = jumped.recalibrate(20)
    assert (result.refused, result.outcomes.rows) == (1, 599)
    assert result.decision.notes == ("predictions that the schema of version 1 refuses were left out: 1",)


def test_version_that_began_to_serve_meanwhile__stays(jumped, monkeypatch):
    """Another run, which knows more outcomes, ends while this one registers its version."""
    product = jumped.product
    register = product.registry.register

    def register_second(*arguments):
        monkeypatch.setattr(product.registry, "register", register)
        assert jumped.recalibrate(20).decision.version == 2
        return register(*arguments)

    monkeypatch.setattr(product.registry, "register", register_second)
    result = jumped.recalibrate(12)

    assert (result.decision, result.undecided) == (None, Undecided.OVERTAKEN)
    assert (serving(jumped), len(decisions(jumped))) == (2, 2)


@pytest.mark.parametrize(
    ("port", "call"),
    [("store", "create"), ("registry", "register"), ("promotion_log", "append"), ("registry", "set_alias")],
)
def test_run_that_ends_between_two_steps__is_continued_by_the_next_one(jumped, monkeypatch, port, call):
    def fail(*_):
        raise StoreError("killed")

    with monkeypatch.context() as patched:
        patched.setattr(getattr(jumped.product, port), call, fail)
        with pytest.raises(StoreError, match="killed"):
            jumped.recalibrate(20)
    assert serving(jumped) == 1

    assert jumped.recalibrate(20).decision.version == 2

    assert serving(jumped) == 2
    assert decisions(jumped) == [FIRST, ("promoted", 2, "recalibration")]


def test_model_without_a_serving_version__is_reported(trained):
    with pytest.raises(NoSuchModel, match="no version of other has the alias production"):
        trained.recalibrate("other", FIRST_DAY)


# Other consumers of versions


def test_pipeline__does_not_replace_the_recalibrated_version_by_its_own_base(jumped):
    product = jumped.product
    jumped.recalibrate(20)
    product.pipeline(SCHEMA, "one", NAME)  # predicts with version 2

    again = product.pipeline(SCHEMA, "one", NAME)

    assert (again.decision, again.champion.version, again.computed) == (None, 2, False)
    assert product.promote_version(NAME).decision is None
    forced = product.promote_version(NAME, 1, force=True)
    assert (forced.decision.action, forced.serving.version) == ("promoted", 1)


def test_replay__begins_after_the_outcomes_that_the_version_follows(jumped):
    assert last_trained_moment(jumped.model()) < FIRST_DAY
    jumped.recalibrate(20)
    assert last_trained_moment(jumped.model()) == FIRST_DAY + 12.5 * DAY


def test_new_model__is_compared_with_the_recalibrated_champion(jumped):
    jumped.recalibrate(20)
    result = jumped.product.pipeline(SCHEMA, "two", NAME)
    [check] = [check for check in result.decision.checks if check.name == "gain_over_champion"]
    assert "the champion (version 2)" in check.message
    assert MAY_HAVE_LEARNED in result.decision.notes


def test_champion_of_which_only_the_label_sets_follow_outcomes__has_learned_from_none_of_the_rows(shipments):
    shipments.serve(range(10))
    assert shipments.recalibrate(20).decision.action == "promoted"
    result = shipments.product.pipeline(SCHEMA, "two", NAME)
    assert MAY_HAVE_LEARNED not in result.decision.notes


def test_recalibrated_version__has_no_training_that_the_gate_of_promotions_could_judge(jumped):
    product = jumped.product
    jumped.recalibrate(20)
    product.rollback(NAME)
    with pytest.raises(NoSuchModel, match="version 2 of m was not trained: it is version 1, recalibrated"):
        product.promote_version(NAME, 2)
    assert product.promote_version(NAME, 2, force=True).serving.version == 2
