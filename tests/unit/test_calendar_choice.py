"""Calendar features stay or go as the folds say: on the newest fold, and in every family."""

import numpy as np
import pytest

from delay_core import FeatureEncoder, parse_schema
from delay_core.reports import CalendarChoice
from delay_core.training import RawDataset, Search, TrialCache, choose_calendar, time_folds
from fakes.artifact_store import ArtifactStore
from fakes.model_trainer import ModelTrainer
from fakes.progress import Progress
from fakes.worker_pool import WorkerPool

PARCELS = """
name: parcels
version: 1
prediction_point: {column: sent, stage: dispatch}
label: {column: late}
calendar: [{column: sent, parts: [weekday, month, trend]}]
columns:
  sent: {role: timestamp}
  weight: {role: numeric}
  late: {role: label, available_at: delivered}
"""
SCHEMA = parse_schema(PARCELS, "parcels.yaml")
COUNT = 400
DRAW = np.random.default_rng(3)
WEIGHTS = DRAW.uniform(size=COUNT)
LABELS = (DRAW.uniform(size=COUNT) < 0.3).astype(np.int8)
NEWEST_TRAINING_ROWS = 350
MAXIMA = {6: "sent: weekday", 12: "sent: month"}
"""The largest value of each calendar feature; weights are at most 1, and trends are larger."""


class Scripted(ModelTrainer):
    """Log-losses of 1 and what each calendar feature adds, by family; on the newest fold, `newest` takes precedence."""

    def __init__(self, costs, newest=None):
        self.costs, self.newest, self.curves = costs, newest or {}, 0

    def initial_candidates(self):
        return {family: ({},) for family in self.costs}

    def learning_curve(self, family, parameters, train, validation, seed):
        self.curves += 1
        maxima = [value for value in train.features.max(axis=0).tolist() if value > 1]
        costs = self.costs[family] | (self.newest if len(train.labels) >= NEWEST_TRAINING_ROWS else {})
        return np.array([1 + sum(costs.get(MAXIMA.get(value, "sent: trend"), 0) for value in maxima)])


def search(trainer, labels=LABELS, store=None):
    days = np.datetime64("2023-06-01", "us") + np.arange(COUNT) * np.timedelta64(1, "D")
    columns = {"sent": days, "weight": WEIGHTS, "late": labels.astype(float), "known_at": days}
    rows = RawDataset(columns, labels, days, days, np.arange(COUNT) >= 0.5 * COUNT)
    cache = TrialCache(store or ArtifactStore(), {"data": "a"})
    return Search(SCHEMA, rows, time_folds(rows), trainer, WorkerPool(), cache, Progress(), 0)


def choose(trainer, **options):
    one = search(trainer, **options)
    return choose_calendar(one, FeatureEncoder.fit(SCHEMA, one.rows.columns))


@pytest.mark.parametrize(
    ("costs", "newest", "left_out"),
    [
        ({"a": {"sent: trend": 0.1}, "b": {"sent: trend": 0.2}}, {}, ("sent: trend",)),
        ({"a": {"sent: trend": 0.1}, "b": {"sent: trend": -0.01}}, {}, ()),  # the families disagree
        ({"a": {"sent: trend": 0.1}}, {"sent: trend": -0.01}, ()),  # it helps on the newest fold
        ({"a": {"sent: trend": 0.004}}, {}, ()),  # it makes no difference
        ({"a": {"sent: trend": -0.1, "sent: month": -0.1, "sent: weekday": -0.1}}, {}, ()),
        ({"a": {"sent: trend": 0.1, "sent: month": 0.2}}, {}, ("sent: month", "sent: trend")),
    ],
)
def test_choice__leaves_out_what_is_worse_on_the_newest_fold_and_for_every_family(costs, newest, left_out):
    assert choose(Scripted(costs, newest)).left_out == left_out


class Substitutes(Scripted):
    """Without month and trend together, losses are high: each stands in for the other."""

    def learning_curve(self, family, parameters, train, validation, seed):
        [loss] = super().learning_curve(family, parameters, train, validation, seed)
        return np.array([loss + (1 if train.features.shape[1] == 2 else 0)])


def test_choice__of_two_that_replace_each_other_leaves_out_the_worse():
    choice = choose(Substitutes({"a": {"sent: trend": 0.1, "sent: month": 0.2}}))
    assert choice.left_out == ("sent: month",)
    assert [trial.left_out for trial in choice.trials][-1] == ("sent: month", "sent: trend")


def test_choice__tries_older_folds_only_where_the_newest_is_better_and_nothing_twice():
    store = ArtifactStore()
    first = Scripted({"a": {"sent: trend": 0.1, "sent: month": -0.1, "sent: weekday": -0.1}})
    choice = choose(first, store=store)
    assert first.curves == 4 + 4 + 1 + 1  # with everything, without trend, without month, without weekday
    again = Scripted(first.costs)
    assert choose(again, store=store) == choice
    assert again.curves == 0


def test_choice__real_trend_that_turns_is_left_out():
    rate = np.where(np.arange(COUNT) < NEWEST_TRAINING_ROWS, np.linspace(0, 0.9, COUNT), 0.05)
    labels = (np.random.default_rng(0).uniform(size=COUNT) < rate).astype(np.int8)
    assert "sent: trend" in choose(ModelTrainer(), labels=labels).left_out


def test_choice__without_calendar_or_without_other_features_is_empty():
    one = search(ModelTrainer())
    encoder = FeatureEncoder.fit(SCHEMA, one.rows.columns)
    assert choose_calendar(one, encoder.without_calendar(encoder.calendar)) == CalendarChoice()
    only_calendar = parse_schema(PARCELS.replace("{role: numeric}", "{role: ignored}"), "parcels.yaml")
    assert choose_calendar(one, FeatureEncoder.fit(only_calendar, one.rows.columns)) == CalendarChoice()
