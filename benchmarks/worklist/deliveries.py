"""The test rows of the SCMS deliveries, week by week: the worklist beside orders that planners make by hand."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks.quality.pipeline_runs import create_container, ingest_and_preprocess
from benchmarks.report import Target, print_table
from benchmarks.worklist.hand_made_orders import DUE_DATE, priorities
from benchmarks.worklist.plans import Floats, OpenShipments, Order, gain_over_best
from delay_core.artifacts import TEST_PREDICTIONS, TRAINED
from delay_core.ports.progress import Progress
from delay_core.schema import Costs
from delay_core.schemas import load_schema
from delay_core.use_cases.prepared_rows import PreparedRows
from delay_core.validation import KNOWN_AT, LATE, SOURCE_ROW

SHARES = (0.05, 0.10, 0.25)
COSTS_OF_SCHEMA = "the schema's: both mistakes cost one"
COSTLY_DELAYS = "a missed delay costs 10 needless actions"


def measure(table: Path, scratch: Path, progress: Progress) -> dict[str, Target]:
    """Print what the worklist and each hand-made order save; the targets of the differences."""
    schema = load_schema("scms")
    history, test, probabilities = _predicted_test(table, scratch, progress)
    weeks = test[DUE_DATE].dt.tz_localize(None).dt.to_period("W")
    shipments = OpenShipments.of(weeks, test[LATE].to_numpy(dtype=np.int8))
    by_hand = {name: Order.by_hand(priority) for name, priority in priorities(history, test).items()}
    all_costs = {
        COSTS_OF_SCHEMA: schema.costs,
        COSTLY_DELAYS: Costs(missed_delay=10, needless_action=1, currency="USD"),
    }
    figures, lines = {}, []
    for title, costs in all_costs.items():
        worklist = Order.by_saving(probabilities, costs)
        for share in SHARES:
            capacity = shipments.capacity(share)
            saved = shipments.realized_savings(worklist, capacity, costs)
            others = {name: shipments.realized_savings(order, capacity, costs) for name, order in by_hand.items()}
            gain = gain_over_best(saved, others, seed=0)
            acted = len(shipments.acted_on(worklist, capacity))
            lines.append((title, *_cells(share, capacity, acted, saved, others), str(gain)))
            figures[f"scms, {share:.0%}, {title}: saved more than the best by hand"] = Target(gain.value, 0, "higher")
    print_table(
        f"SCMS deliveries, {len(test):,} test rows in {shipments.periods} weeks; savings in needless actions",
        ("costs", "capacity", "a week", "acted on", "worklist", "best by hand", "which one", "difference [95 %]"),
        lines,
    )
    return figures


def _cells(
    share: float, capacity: int, acted: int, saved: Floats, others: Mapping[str, Floats]
) -> tuple[str, str, str, str, str, str]:
    best = max(others, key=lambda name: others[name].sum())
    return f"{share:.0%}", str(capacity), str(acted), f"{saved.sum():.0f}", f"{others[best].sum():.0f}", best


def _predicted_test(table: Path, scratch: Path, progress: Progress) -> tuple[pd.DataFrame, pd.DataFrame, Floats]:
    """The deliveries whose outcomes were known before the test rows, the test rows, and their probabilities [rows]."""
    schema = load_schema("scms")
    container = create_container(scratch / "scms", progress)
    ingested, prepared = ingest_and_preprocess(container, schema, str(table))
    trained = container.use_cases.train()(schema, ingested, prepared).report
    store, codec = container.storage.artifact_store(), container.storage.table_codec()
    predictions = TRAINED.table(store, codec, trained.address, TEST_PREDICTIONS).read_all()
    by_row = PreparedRows(store, codec, prepared).accepted.read_all().set_index(SOURCE_ROW, drop=False)
    test = by_row.loc[predictions[SOURCE_ROW]]
    begins = test[DUE_DATE].min()
    history = by_row[(by_row[DUE_DATE] < begins) & (by_row[KNOWN_AT] < begins)]
    return history, test, predictions[trained.winner].to_numpy(dtype=np.float64)
