"""Reasons that are computed ahead: in the order of the worklist, for the version that serves, and only once."""

import threading
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest

from delay_core.errors import StoreError
from entrypoints.api.serving import reason_warmer
from entrypoints.api.serving.reason_warmer import ReasonWarmer
from entrypoints.api.serving.reasons import ReasonCache
from fakes.action_log import ActionLog
from fakes.outcome_log import OutcomeLog
from fakes.prediction_log import PredictionLog
from fakes.prediction_reader import PredictionReader
from fakes.worklist import Worklist
from support.builders import logged_prediction, outcome
from support.explaining_predictor import ExplainingPredictor, serving_model

NOW = datetime.now(UTC)
OPEN_FOR = timedelta(days=30)
TIMEOUT_SECONDS = 30


class Api:
    """A warmer over fakes, with the predictions in the order of the worklist."""

    def __init__(self, size=3, **fields):
        self.predictions = [
            logged_prediction(number, predicted_at=NOW - timedelta(hours=1), probability=0.9 - number / 10, **fields)
            for number in range(size)
        ]
        log = PredictionLog()
        log.append(self.predictions)
        self.reader = PredictionReader(log)
        self.outcomes = OutcomeLog(self.reader)
        self.worklist = Worklist(log, self.outcomes, ActionLog())
        self.reasons, self.predictor = ReasonCache(), ExplainingPredictor()
        self.model = serving_model(self.predictor)
        self.warmer = ReasonWarmer(self.worklist, self.reader, self.reasons, lambda: self.model, OPEN_FOR)

    def explained(self):
        """Whether the reasons of each prediction are in the cache."""
        missing = self.reasons.missing(self.model, [one.prediction_id for one in self.predictions])
        return [one.prediction_id not in missing for one in self.predictions]


@pytest.fixture(autouse=True)
def _small_parts(monkeypatch):
    monkeypatch.setattr(reason_warmer, "_PAGE_SHIPMENTS", 2)
    monkeypatch.setattr(reason_warmer, "_BATCH_PREDICTIONS", 1)
    monkeypatch.setattr(reason_warmer, "_POLL_SECONDS", 0.001)
    monkeypatch.setattr(reason_warmer, "_PASS_SECONDS", 0.001)


def test_pass__explains_page_by_page_in_the_order_of_the_worklist():
    api = Api()
    states = [api.explained() for _ in api.warmer.warm(NOW)]
    assert states == [
        [False, False, False],  # the first page was read
        [True, False, False],
        [True, True, False],
        [True, True, False],  # the second page was read
        [True, True, True],
    ]


def test_reasons__are_computed_once_for_passes_and_planners():
    api = Api()
    for _ in range(2):
        list(api.warmer.warm(NOW))
    assert len(api.reasons.reasons(api.model, api.predictions)) == 3
    assert api.predictor.explained == 3


def test_pass__ends_after_the_first_shipments(monkeypatch):
    monkeypatch.setattr(reason_warmer, "MAX_SHIPMENTS", 2)
    api = Api()
    list(api.warmer.warm(NOW))
    assert api.explained() == [True, True, False]


def test_shipments_with_an_outcome_or_of_another_version__are_not_explained():
    api = Api()
    api.outcomes.append([outcome(0, recorded_at=NOW)])
    list(api.warmer.warm(NOW))
    assert api.explained() == [False, True, True]

    of_another = Api(model_version=2)
    list(of_another.warmer.warm(NOW))
    assert of_another.predictor.explained == 0


def test_pass__ends_when_another_version_serves():
    api = Api()
    parts = api.warmer.warm(NOW)
    next(parts)
    api.model = serving_model(api.predictor, 2, "c" * 64)
    assert list(parts) == []
    assert api.predictor.explained == 0


def test_api_without_a_model__computes_nothing():
    api = Api()
    api.model = None
    assert list(api.warmer.warm(NOW)) == []


def test_thread__warms_after_a_read_and_survives_errors():
    api, errors, warmed = Api(), [StoreError("cannot read"), RuntimeError("defect")], threading.Event()
    inner = api.worklist.read

    def read(*arguments):
        api.reasons.reasons(api.model, [])  # another planner
        if errors:
            raise errors.pop()
        warmed.set()
        return inner(*arguments)

    api.worklist.read = read
    api.warmer.start()
    api.reasons.reasons(api.model, [])
    assert warmed.wait(TIMEOUT_SECONDS)
    api.warmer.close()
    assert not errors


def test_thread__rests_without_readers():
    polls, polled = [], threading.Event()
    api = Api()

    def drop_unused():
        polls.append(api.predictor.explained)
        if len(polls) == 3:
            polled.set()

    reasons = SimpleNamespace(drop_unused=drop_unused, reads=0)
    warmer = ReasonWarmer(api.worklist, api.reader, reasons, lambda: api.model, OPEN_FOR)
    warmer.start()
    assert polled.wait(TIMEOUT_SECONDS)
    warmer.close()
    assert api.predictor.explained == 0
