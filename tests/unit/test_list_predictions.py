"""Listing predictions: pages of bounded cost that neither repeat nor omit a row."""

from datetime import timedelta

import pytest

from delay_core.ports.action_log import ActionKind
from delay_core.ports.prediction_reader import PredictionFilter
from delay_core.use_cases import list_predictions
from delay_core.use_cases.list_predictions import FurtherConditions, ListPredictions
from fakes.action_log import ActionLog
from fakes.outcome_log import OutcomeLog
from fakes.prediction_log import PredictionLog
from fakes.prediction_reader import PredictionReader
from support.builders import NOON, action, logged_prediction, outcome

LATER = NOON + timedelta(days=1)


class CountedReader(PredictionReader):
    """Counts the rows that it returns."""

    rows = 0

    def read_page(self, conditions, limit=100, cursor=None):
        page = super().read_page(conditions, limit, cursor)
        self.rows += len(page.predictions)
        return page


@pytest.fixture
def logs():
    log = PredictionLog()
    actions, outcomes = ActionLog(), OutcomeLog(log)
    return log, ListPredictions(CountedReader(log), outcomes, actions)


def pages(listing, further, limit, conditions=None):
    """The rows of each page."""
    cursor, result = None, []
    while True:
        page = listing(conditions or PredictionFilter(), further, limit, cursor, LATER)
        result.append([row for row, _ in page.rows])
        cursor = page.next_cursor
        if cursor is None:
            return result


@pytest.mark.parametrize("limit", [1, 2, 3, 7])
def test_clients_own_predictions__are_all_listed_once_and_newest_first(logs, limit, monkeypatch):
    monkeypatch.setattr(list_predictions, "BATCH_ROWS", 3)
    log, listing = logs
    predictions = [logged_prediction(n, client="ann" if n % 3 else "ben") for n in range(14)]
    log.append(predictions)
    rows = [row for page in pages(listing, FurtherConditions(client="ann"), limit) for row in page]
    assert rows == [row for row in reversed(predictions) if row.client == "ann"]


def test_acted_on__is_of_the_shipment(logs):
    log, listing = logs
    predictions = [logged_prediction(n) for n in range(4)]
    log.append(predictions)
    listing.actions.append([action(1, kind=ActionKind.ACTED), action(2, kind=ActionKind.ACKNOWLEDGED)])
    listed = {
        acted_on: [row.shipment_id for page in pages(listing, FurtherConditions(acted_on=acted_on), 10) for row in page]
        for acted_on in (True, False)
    }
    assert listed == {True: ["S-1"], False: ["S-3", "S-2", "S-0"]}


def test_rare_rows__make_short_pages_instead_of_long_reads(logs, monkeypatch):
    monkeypatch.setattr(list_predictions, "BATCH_ROWS", 10)
    monkeypatch.setattr(list_predictions, "MAX_READ_ROWS", 20)
    log, listing = logs
    log.append([logged_prediction(n, client="ann" if n == 5 else "ben") for n in range(50)])
    first = listing(PredictionFilter(), FurtherConditions(client="ann"), 5, None, LATER)
    assert (first.rows, listing.predictions.rows) == ((), 20)
    assert [len(page) for page in pages(listing, FurtherConditions(client="ann"), 5)] == [0, 0, 1]


def test_rows__have_the_current_outcome_of_their_shipment(logs):
    log, listing = logs
    log.append([logged_prediction(1), logged_prediction(2)])
    listing.outcomes.append([outcome(1, late=True), outcome(1, late=False, recorded_at=NOON + timedelta(hours=2))])
    page = listing(PredictionFilter(), FurtherConditions(), 10, None, LATER)
    assert [None if current is None else current.late for _, current in page.rows] == [None, False]
