"""Where the truth is known: how near the oracle, how well calibrated, and what label sets hold, drift or no drift."""

from pathlib import Path

import numpy as np

from adapters.files import read_bundle
from adapters.onnx import ModelRuntime
from adapters.simulator.drift import KINDS
from benchmarks.quality.accepted import accepted_rows
from benchmarks.quality.judged import container_in, prepared_in
from benchmarks.report import Target, print_table
from delay_core import Predictor
from delay_core.evaluation import METRICS, ConformalCoverage, conformal_coverage
from delay_core.ports.progress import Progress
from delay_core.reports import TrainReport
from delay_core.schemas import load_schema
from delay_core.validation import LATE

LEARNED_FROM = "simulator://smart_logistics?rows=100000"
FRESH = "simulator://smart_logistics?rows=20000&seed=8&known_after_days=0&dirt=0"
"""Rows that nobody learned from: the same causes, another seed than the default."""
DRIFTED = "&drift={kind}:start=0,ramp=0"
BELOW_ORACLE = 0.01
MOST_ECE = 0.02
COVERED = (0.88, 0.92)
SCHEMA = load_schema("smart_logistics")


def measure(scratch: Path, progress: Progress) -> dict[str, Target]:
    """Print what was found; the targets."""
    folder = scratch / "simulated"
    container = container_in(folder, progress)
    trained: TrainReport = container.use_cases.train()(SCHEMA, *prepared_in(container, SCHEMA, LEARNED_FROM)).report
    model, oracle = trained.test.winner, trained.test.oracle
    if oracle is None:
        raise ValueError(f"{LEARNED_FROM} has no oracle")
    scored = (("model", model), ("oracle", oracle), ("baseline", trained.test.baseline))
    print_table(
        "100,000 simulated rows, the latest 15 %",
        ("", *(metric.title for metric in METRICS)),
        [(model, *map(str, estimates.cells())) for model, estimates in scored],
    )
    predictor = Predictor(read_bundle(folder / "bundles" / trained.bundle), ModelRuntime())
    undrifted = _held(predictor, FRESH)
    drifted = {kind: _held(predictor, FRESH + DRIFTED.format(kind=kind)) for kind in KINDS}
    print_table(
        "Label sets on 20,000 fresh rows: the share that holds what happened, and what they say",
        ("drift", "of all", "of the late", "of the punctual", "say late", "say on time", "cannot tell"),
        [_line(*found) for found in {"none": undrifted, **drifted}.items()],
    )
    covered = undrifted.coverage.value
    return {
        "simulated, ROC-AUC below the oracle": Target(
            oracle["roc_auc"].value - model["roc_auc"].value, BELOW_ORACLE, "lower"
        ),
        "simulated, ECE": Target(model["ece"].value, MOST_ECE, "lower"),
        "fresh rows, share held by label sets, at least": Target(covered, COVERED[0], "higher"),
        "fresh rows, share held by label sets, at most": Target(covered, COVERED[1], "lower"),
    }


def _held(predictor: Predictor, url: str) -> ConformalCoverage:
    rows = accepted_rows(SCHEMA, url)
    return conformal_coverage(
        rows[LATE].to_numpy(dtype=np.int8), predictor.answer(rows).probabilities, predictor.bundle.label_sets
    )


def _line(drift: str, held: ConformalCoverage) -> tuple[str, ...]:
    shares = (held.coverage, held.coverage_late, held.coverage_on_time)
    said = (held.says_late, held.says_on_time, held.cannot_tell)
    return (drift, *(str(share) for share in shares), *(f"{share:.1%}" for share in said))
