"""Labels dealt at random: there is nothing to learn, and nothing may be promoted."""

from collections import Counter
from pathlib import Path

import numpy as np

from benchmarks.quality.accepted import raw_rows
from benchmarks.quality.judged import container_in, judged_in
from benchmarks.report import Target, print_table
from delay_core.errors import LeakageFound, TrainingRefused
from delay_core.ports.progress import Progress
from delay_core.schemas import load_schema

SEEDS = 20
PROMOTED_NOTHING = 19
LABEL = "Logistics_Delay"
INSTEAD = "simulator://smart_logistics?rows=1000&dirt=0"


def measure(table: Path | None, scratch: Path, progress: Progress) -> dict[str, Target]:
    """The smart-logistics table, or a simulated one of its size where it is not here, trained on with each seed."""
    schema, outcomes = load_schema("smart_logistics"), Counter[str]()
    url = str(table) if table else INSTEAD
    honest = raw_rows(schema, url)
    container = container_in(scratch / "permuted", progress)
    for seed in range(SEEDS):
        dealt = scratch / f"permuted_{seed}.csv"
        labels = np.random.default_rng(seed).permutation(honest[LABEL].to_numpy())
        honest.assign(**{LABEL: labels}).to_csv(dealt, index=False)
        try:
            decision = judged_in(container, schema, str(dealt), f"permuted_{seed}").decision
            outcomes["the gate " + (decision.action if decision else "decided nothing")] += 1
        except (LeakageFound, TrainingRefused) as refused:
            outcomes[f"training refused: {str(refused)[:60]}"] += 1
    print_table(
        f"Labels of {url.rsplit('/', 1)[-1]} permuted at random, {SEEDS} seeds",
        ("what came of it", "seeds"),
        [(outcome, str(times)) for outcome, times in outcomes.most_common()],
    )
    nothing = SEEDS - outcomes["the gate promoted"]
    return {"permuted labels, seeds with nothing promoted": Target(nothing, PROMOTED_NOTHING, "higher")}
