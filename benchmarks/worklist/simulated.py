"""Simulated shipments of the year after the training, day by day: the worklist beside the order by true probability."""

from pathlib import Path

import numpy as np
import pandas as pd

from adapters.files import read_bundle
from adapters.onnx import ModelRuntime
from adapters.simulator import GroundTruth
from benchmarks.quality.pipeline_runs import create_container, run_pipeline
from benchmarks.quality.table_rows import raw_rows
from benchmarks.report import Target, print_table, print_text
from benchmarks.worklist.plans import Floats, OpenShipments, Order, join, share_of
from delay_core import Predictor, ShipmentSchema
from delay_core.ports.progress import Progress
from delay_core.schemas import load_schema
from delay_core.validation import LATE, SOURCE_ROW, ShipmentValidator

TRAINING_URL = "simulator://smart_logistics?seed={seed}"
LATER_URL = "simulator://smart_logistics?seed={seed}&start=2025-01-01&rows=20000&known_after_days=0"
"""Rows with the same causes, a year after the training rows and drawn with another seed."""
FIRST_LATER_SEED = 1_000
SHARES = (0.05, 0.10, 0.25)
MIN_SHARE_OF_ORACLE = 0.95


def measure(seeds: int, scratch: Path, progress: Progress) -> dict[str, Target]:
    """Train one model for each seed, and print what its worklist saves as a share of the oracle's saving."""
    schema = load_schema("smart_logistics")
    years = [_later_year(schema, seed, scratch / f"simulated_{seed}", progress) for seed in range(seeds)]
    shipments = join([shipments for shipments, _, _ in years])
    model, truth = (np.concatenate([year[index] for year in years]) for index in (1, 2))
    lines, figures = [], {}
    for share in SHARES:
        capacity = shipments.capacity(share)
        by_worklist, by_oracle = (
            shipments.realized_savings(Order.by_saving(probabilities, schema.costs), capacity, schema.costs)
            for probabilities in (model, truth)
        )
        estimate = share_of(by_worklist, by_oracle, seed=0)
        of_seeds = np.split(by_worklist, seeds), np.split(by_oracle, seeds)
        lowest = min(float(part.sum() / whole.sum()) for part, whole in zip(*of_seeds, strict=True))
        lines.append(
            (
                f"{share:.0%}", str(capacity), f"{by_worklist.mean():.2f}", f"{by_oracle.mean():.2f}",
                str(estimate), f"{lowest:.3f}",
            )
        )  # fmt: skip
        figures[f"simulated, {share:.0%}, share of the oracle's saving"] = Target(
            estimate.value, MIN_SHARE_OF_ORACLE, "higher"
        )
        figures[f"simulated, {share:.0%}, lower bound of the share"] = Target(
            estimate.low, MIN_SHARE_OF_ORACLE, "higher"
        )
    print_table(
        f"{len(model):,} simulated shipments after the training, {shipments.periods:,} days, {seeds} models",
        ("capacity", "a day", "worklist saves", "oracle saves", "share [95 %]", "lowest of a model"),
        lines,
    )
    return figures


def _later_year(
    schema: ShipmentSchema, seed: int, scratch: Path, progress: Progress
) -> tuple[OpenShipments, Floats, Floats]:
    """The shipments, and their probabilities [rows] by the promoted model and in truth."""
    container = create_container(scratch, progress)
    run = run_pipeline(container, schema, TRAINING_URL.format(seed=seed), "worklist")
    if run.decision is None or run.decision.action != "promoted":
        print_text(f"seed {seed}: the gate promoted nothing; the worklist has the trained model's order")
    url = LATER_URL.format(seed=FIRST_LATER_SEED + seed)
    accepted = ShipmentValidator(schema).validate(raw_rows(schema, url)).accepted
    predictor = Predictor(read_bundle(scratch / "bundles" / run.trained.bundle), ModelRuntime())
    truth = GroundTruth().late_probability(url)
    if truth is None:
        raise ValueError(f"{url} has no true probabilities")
    days = pd.Series(accepted[schema.prediction_point.sort_column].to_numpy()).dt.floor("D")
    return (
        OpenShipments.of(days, accepted[LATE].to_numpy(dtype=np.int8)),
        predictor.predict_table(accepted).probabilities,
        truth[accepted[SOURCE_ROW].to_numpy() - 1],
    )
