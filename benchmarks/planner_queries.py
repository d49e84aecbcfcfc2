"""What the pages of a planner read: the worklist, predictions with their outcomes, and how right they were."""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta

from adapters.sql import ActionLog, Database, OutcomeLog, PredictionReader, ReliabilityReader, Worklist
from benchmarks.store_fixture import END, MODEL, START
from delay_core import load_schema
from delay_core.planning import WorklistModel
from delay_core.ports.prediction_reader import PredictionFilter
from delay_core.use_cases.list_predictions import FurtherConditions, ListPredictions
from delay_core.use_cases.measure_reliability import MeasureReliability
from delay_core.use_cases.read_worklist import ReadWorklist, WorklistQuery

OPEN_FOR = timedelta(days=30)
WEEKS = 12
WORKLIST_MS, PREDICTIONS_MS, RELIABILITY_MS = 200, 50, 500
_WEEK = timedelta(days=7)
_LAST_MOMENT = END - timedelta(seconds=1)


@dataclass(frozen=True)
class PlannerQuery:
    """A use case with random arguments, and the milliseconds that its median may take."""

    name: str
    run: Callable[[], object]
    max_ms: float


def planner_queries(database: Database, shipment_ids: list[str], rng: random.Random) -> Iterator[PlannerQuery]:
    """The queries over `store_fixture`'s predictions; the first one projects the open shipments when it is run."""
    predictions, actions = PredictionReader(database), ActionLog(database)
    read_worklist = ReadWorklist(Worklist(database), predictions, actions, OPEN_FOR)
    list_predictions = ListPredictions(predictions, OutcomeLog(database), actions)
    measure_reliability = MeasureReliability(ReliabilityReader(database))
    model = WorklistModel(MODEL, load_schema("smart_logistics"))

    def worklist(cursor: str | None = None, **conditions: object) -> Callable[[], object]:
        states = frozenset({"open", "acknowledged", "acting"})
        query = WorklistQuery(states, capacity=10, limit=100, cursor=cursor, **conditions)  # type: ignore[arg-type] # by name
        return lambda: read_worklist(query, model, END)

    def page(conditions: PredictionFilter, cursor: str | None = None) -> str | None:
        return list_predictions(conditions, FurtherConditions(), 100, cursor, END).next_cursor

    def late_of_week() -> PredictionFilter:
        since = START + timedelta(seconds=rng.uniform(0, (END - START - _WEEK).total_seconds()))
        return PredictionFilter(since=since, until=since + _WEEK, late=True)

    conditions = late_of_week()
    cursor = page(conditions)
    for name, run, max_ms in (
        ("GET /worklist", worklist(), WORKLIST_MS),
        ("GET /worklist: of an id", worklist(shipment_id_prefix=shipment_ids[0][:-2]), WORKLIST_MS),
        (
            "GET /predictions: a shipment with its outcome",
            lambda: page(PredictionFilter(shipment_id=rng.choice(shipment_ids))),
            PREDICTIONS_MS,
        ),
        ("GET /predictions: late ones of a week with outcomes", lambda: page(late_of_week()), PREDICTIONS_MS),
        ("GET /predictions: their next page", lambda: page(conditions, cursor), PREDICTIONS_MS),
        (f"GET /reliability: {WEEKS} weeks", lambda: measure_reliability(MODEL, WEEKS, _LAST_MOMENT), RELIABILITY_MS),
    ):
        yield PlannerQuery(name, run, max_ms)
