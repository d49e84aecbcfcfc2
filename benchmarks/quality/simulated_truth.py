"""Simulated tables with known probabilities: distance to them, calibration, and coverage of label sets under drift."""

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from adapters.files import read_bundle
from adapters.onnx import ModelRuntime
from adapters.simulator.drift import KINDS
from benchmarks.quality.pipeline_runs import create_container, ingest_and_preprocess
from benchmarks.quality.table_rows import accepted_rows
from benchmarks.report import Target, print_table
from delay_core import Predictor
from delay_core.evaluation import METRICS, ConformalCoverage, conformal_coverage
from delay_core.ports.progress import Progress
from delay_core.schemas import load_schema
from delay_core.validation import LATE

if TYPE_CHECKING:
    from delay_core.reports import TrainReport

TRAINING_URL = "simulator://smart_logistics?rows=100000"
FRESH_URL = "simulator://smart_logistics?rows=20000&seed=8&known_after_days=0&dirt=0"
"""Rows with the same causes and another seed than the training rows."""
DRIFT_PARAMETER = "&drift={kind}:start=0,ramp=0"
MAX_BELOW_TRUTH = 0.01
MAX_ECE = 0.02
COVERAGE_RANGE = (0.88, 0.92)
SCHEMA = load_schema("smart_logistics")


def measure(scratch: Path, progress: Progress) -> dict[str, Target]:
    """Print the results; the targets."""
    folder = scratch / "simulated"
    container = create_container(folder, progress)
    trained: TrainReport = container.use_cases.train()(
        SCHEMA, *ingest_and_preprocess(container, SCHEMA, TRAINING_URL)
    ).report
    model, oracle = trained.test.winner, trained.test.oracle
    if oracle is None:
        raise ValueError(f"{TRAINING_URL} has no oracle")
    scored = (("model", model), ("oracle", oracle), ("baseline", trained.test.baseline))
    print_table(
        "100,000 simulated rows, the latest 15 %",
        ("", *(metric.title for metric in METRICS)),
        [(name, *map(str, estimates.cells())) for name, estimates in scored],
    )
    predictor = Predictor(read_bundle(folder / "bundles" / trained.bundle), ModelRuntime())
    undrifted = _coverage(predictor, FRESH_URL)
    drifted = {kind: _coverage(predictor, FRESH_URL + DRIFT_PARAMETER.format(kind=kind)) for kind in KINDS}
    print_table(
        "Label sets on 20,000 fresh rows: coverage, and the share of each set",
        ("drift", "of all", "of the late", "of the punctual", "say late", "say on time", "cannot tell"),
        [_line(*item) for item in {"none": undrifted, **drifted}.items()],
    )
    covered = undrifted.coverage.value
    return {
        "simulated, ROC-AUC below the oracle": Target(
            oracle["roc_auc"].value - model["roc_auc"].value, MAX_BELOW_TRUTH, "lower"
        ),
        "simulated, ECE": Target(model["ece"].value, MAX_ECE, "lower"),
        "fresh rows, share held by label sets, at least": Target(covered, COVERAGE_RANGE[0], "higher"),
        "fresh rows, share held by label sets, at most": Target(covered, COVERAGE_RANGE[1], "lower"),
    }


def _coverage(predictor: Predictor, url: str) -> ConformalCoverage:
    rows = accepted_rows(SCHEMA, url)
    return conformal_coverage(
        rows[LATE].to_numpy(dtype=np.int8), predictor.predict_table(rows).probabilities, predictor.bundle.label_sets
    )


def _line(drift: str, coverage: ConformalCoverage) -> tuple[str, ...]:
    shares = (coverage.coverage, coverage.coverage_late, coverage.coverage_on_time)
    sets = (coverage.says_late, coverage.says_on_time, coverage.cannot_tell)
    return (drift, *(str(share) for share in shares), *(f"{share:.1%}" for share in sets))
