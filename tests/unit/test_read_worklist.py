"""The worklist: order, filters, pages, due dates, and what acting on the first shipments saves."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from delay_core import parse_schema
from delay_core.conformal import LabelSets
from delay_core.planning import WorklistModel, saving_interval, savings_of_acting
from delay_core.ports.action_log import ActionKind
from delay_core.schema import Costs
from delay_core.use_cases.read_worklist import ReadWorklist, WorklistQuery
from fakes.action_log import ActionLog
from fakes.outcome_log import OutcomeLog
from fakes.prediction_log import PredictionLog
from fakes.prediction_reader import PredictionReader
from fakes.worklist import Worklist
from support.builders import NOON, action, logged_prediction, outcome

SCHEMA = parse_schema(
    """
name: parcels
version: 1
source: {timezone: Europe/Paris, date_formats: ["%d/%m/%Y", ISO8601]}
prediction_point: {column: sent, stage: dispatch}
label: {actual: arrived, promised: due, tolerance: PT2H, known_after: P1D}
costs: {missed_delay: 30, needless_action: 10, currency: EUR}
columns:
  sent: {role: timestamp}
  due: {role: timestamp}
  arrived: {role: timestamp, nullable: true, available_at: delivered}
  weight: {role: numeric}
""",
    "parcels.yaml",
)
COSTS = Costs(missed_delay=30, needless_action=10, currency="EUR")
MODEL = WorklistModel("late", SCHEMA, 1, LabelSets(late_from=0.4, on_time_up_to=0.6))
HOUR = timedelta(hours=1)


class Planner:
    """Reads the worklist of some predictions over fakes."""

    def __init__(self, *predictions):
        log, self.actions = PredictionLog(), ActionLog()
        log.append(predictions)
        reader = PredictionReader(log)
        self.outcomes = OutcomeLog(reader)
        worklist = Worklist(log, self.outcomes, self.actions)
        self._read = ReadWorklist(worklist, reader, self.actions, timedelta(days=30))

    def read(self, model=MODEL, **query):
        defaults = {"states": frozenset({"open", "acknowledged", "acting"}), "capacity": 2, "limit": 10}
        return self._read(WorklistQuery(**defaults | query), model, NOON)


def numbered(*probabilities, **fields):
    return [logged_prediction(k, probability=p, **fields) for k, p in enumerate(probabilities)]


def ids(page):
    return [entry.shipment.shipment_id for entry in page.entries]


def test_order__is_that_of_the_expected_saving_of_acting():
    page = Planner(*numbered(0.2, 0.9, 0.5)).read()
    assert ids(page) == ["S-1", "S-2", "S-0"]
    assert [entry.expected_saving for entry in page.entries] == pytest.approx([26, 10, -2])
    assert page.total == 3


def test_pages__have_every_shipment_once_also_where_probabilities_are_equal():
    planner = Planner(*numbered(0.5, 0.5, 0.9, 0.5, 0.1))
    first = planner.read(limit=2)
    second = planner.read(limit=2, cursor=first.next_cursor)
    last = planner.read(limit=2, cursor=second.next_cursor)
    assert ids(first) + ids(second) + ids(last) == ["S-2", "S-0", "S-1", "S-3", "S-4"]
    assert last.next_cursor is None
    assert {page.total for page in (first, second, last)} == {5}


def test_page__goes_on_behind_a_shipment_that_left_meanwhile():
    planner = Planner(*numbered(0.9, 0.8, 0.7))
    cursor = planner.read(limit=2).next_cursor
    planner.outcomes.append([outcome(1)])
    assert ids(planner.read(cursor=cursor)) == ["S-2"]


@pytest.mark.parametrize("cursor", ["", "x", "0x1p+99999_" + "0" * 32, "0.5_" + "g" * 32])
def test_other_cursor__is_refused(cursor):
    with pytest.raises(ValueError, match="is no cursor"):
        Planner().read(cursor=cursor)


def test_states_and_last_actions__are_those_of_the_newest_action():
    planner = Planner(*numbered(0.9, 0.8, 0.7, 0.6))
    acted, dismissed = action(1), action(2, kind=ActionKind.DISMISSED)
    planner.actions.append([acted, dismissed, action(3, kind=ActionKind.ACKNOWLEDGED)])

    entries = planner.read().entries
    assert [(one.state, one.last_action and one.last_action.kind) for one in entries] == [
        ("open", None),
        ("acting", "acted"),
        ("acknowledged", "acknowledged"),
    ]
    assert [one.last_action for one in planner.read(states=frozenset({"dismissed"})).entries] == [dismissed]


def test_label_set__is_that_of_the_serving_version_alone():
    planner = Planner(*numbered(0.9, 0.5, 0.1), logged_prediction(9, probability=0.7, model_version=2))
    assert [entry.label_set for entry in planner.read().entries] == ["late", None, "cannot tell", "on time"]
    page = planner.read(label_set="cannot tell")
    assert (ids(page), page.total) == (["S-1"], 1)


def test_due_date__is_the_promised_time_or_else_the_prediction_point():
    planner = Planner(
        logged_prediction(1, request_data={"due": "02/04/2026"}, probability=0.9),
        logged_prediction(2, request_data={"due": "2026-04-01T10:00:00Z"}, probability=0.8),
        logged_prediction(3, request_data={"due": "soon"}, probability=0.7, point=NOON),
        logged_prediction(4, request_data={}, probability=0.6, point=None),
    )
    assert [entry.shipment.due_at for entry in planner.read().entries] == [
        datetime(2026, 4, 1, 22, tzinfo=UTC),
        datetime(2026, 4, 1, 10, tzinfo=UTC),
        NOON,
        None,
    ]


def test_plan__acts_on_what_saves_most_compared_with_what_is_due_first():
    points = (NOON, NOON - HOUR, NOON - 2 * HOUR, NOON - 3 * HOUR)
    planner = Planner(
        *(logged_prediction(k, probability=p, point=points[k]) for k, p in enumerate((0.9, 0.8, 0.1, 0.0)))
    )
    page = planner.read(capacity=2)
    assert (page.planned, page.by_saving.value) == (2, pytest.approx(26 + 22))
    assert page.by_due_date.value == pytest.approx(-6 - 10)
    assert planner.read(capacity=4).planned == 2  # waiting pays for the others


def test_worklist_without_shipments__saves_nothing():
    page = Planner().read()
    assert (page.entries, page.next_cursor, page.total, page.planned) == ([], None, 0, 0)
    assert page.by_saving == page.by_due_date == (0, 0, 0)


def test_saving__is_weighed_as_decisions_are():
    assert savings_of_acting(np.array([0.25, 1.0, 0.0]), COSTS) == pytest.approx([0, 30, -10])
    assert savings_of_acting(np.array([0.5]), None) == pytest.approx([0])


def test_interval__holds_95_percent_of_what_the_shipments_save():
    probabilities = np.linspace(0.05, 0.95, 40)
    saving = saving_interval(probabilities, COSTS)
    late = (np.random.default_rng(3).random((20_000, 40)) < probabilities).sum(axis=1)
    drawn = 30 * late - 10 * (40 - late)
    assert saving.value == pytest.approx(drawn.mean(), rel=0.01)
    assert 0.95 <= np.mean((drawn >= saving.low) & (drawn <= saving.high)) <= 0.98
    assert saving_interval(np.array([1.0, 1.0]), COSTS) == (60, 60, 60)


def test_worklist_without_a_model__has_no_label_sets():
    planner = Planner(*numbered(0.9))
    model = WorklistModel("late", SCHEMA)
    assert [entry.label_set for entry in planner.read(model).entries] == [None]
    assert planner.read(model, label_set="late").total == 0
