"""Randomly permuted labels: there is nothing to learn, and no model may be promoted."""

from collections import Counter
from pathlib import Path

import numpy as np

from benchmarks.quality.pipeline_runs import create_container, run_pipeline
from benchmarks.quality.table_rows import raw_rows
from benchmarks.report import Target, print_table
from delay_core.errors import LeakageDetected, TrainingRefused
from delay_core.ports.progress import Progress
from delay_core.schemas import load_schema

SEEDS = 20
MIN_SEEDS_WITHOUT_PROMOTION = 19
LABEL = "Logistics_Delay"
SIMULATED_URL = "simulator://smart_logistics?rows=1000&dirt=0"


def measure(table: Path | None, scratch: Path, progress: Progress) -> dict[str, Target]:
    """Train on the smart-logistics table, or a simulated one of its size if `table` is None, once per seed."""
    schema, results = load_schema("smart_logistics"), Counter[str]()
    url = str(table) if table else SIMULATED_URL
    original = raw_rows(schema, url)
    container = create_container(scratch / "permuted", progress)
    for seed in range(SEEDS):
        permuted = scratch / f"permuted_{seed}.csv"
        labels = np.random.default_rng(seed).permutation(original[LABEL].to_numpy())
        original.assign(**{LABEL: labels}).to_csv(permuted, index=False)
        try:
            decision = run_pipeline(container, schema, str(permuted), f"permuted_{seed}").decision
            results["the gate " + (decision.action if decision else "decided nothing")] += 1
        except (LeakageDetected, TrainingRefused) as refused:
            results[f"training refused: {str(refused)[:60]}"] += 1
    print_table(
        f"Labels of {url.rsplit('/', 1)[-1]} permuted at random, {SEEDS} seeds",
        ("result", "seeds"),
        [(result, str(times)) for result, times in results.most_common()],
    )
    without_promotion = SEEDS - results["the gate promoted"]
    return {
        "permuted labels, seeds with nothing promoted": Target(without_promotion, MIN_SEEDS_WITHOUT_PROMOTION, "higher")
    }
