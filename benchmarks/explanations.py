"""Explanations: milliseconds for the contributions of one shipment, on one thread, and what reading models costs.

Boosted trees and a forest learn from 20,000 simulated rows. What they are explained from is their ONNX bytes, as in
serving; the costs of importing are each measured in a process of its own.
"""

import argparse
import subprocess
import sys
import time
from importlib.util import find_spec
from statistics import median, quantiles
from typing import Any

import numpy as np
import pandas as pd
from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier
from threadpoolctl import threadpool_limits

from adapters.onnx import ModelExplainer, ModelRuntime
from adapters.simulator import ShipmentSource
from adapters.sklearn.trees import TreeModel
from benchmarks.report import Target, finish, print_table
from delay_core import FeatureEncoder
from delay_core.explanation import explain, reasons, words
from delay_core.features import to_arrays
from delay_core.schemas import load_schema
from delay_core.validation import LATE, ShipmentValidator

MOST_MS = 5
MOST_APART = 1e-4
ROWS = 20_000
SCHEMA = load_schema("smart_logistics")

_IMPORTING = """
import time
began = time.perf_counter()
import {libraries}
seconds = time.perf_counter() - began
status = dict(line.split(":", 1) for line in open("/proc/self/status"))
print(seconds, int(status["VmRSS"].split()[0]) / 1024)
"""
"""What the process itself holds: the peak that its parent is told of would be the parent's own."""

MODELS = {
    "boosting, 300 trees of 31 leaves": HistGradientBoostingClassifier(
        max_iter=300, learning_rate=0.05, random_state=0
    ),
    "boosting, 200 trees of 16 leaves": HistGradientBoostingClassifier(
        max_iter=200, learning_rate=0.05, max_leaf_nodes=16, random_state=0
    ),
    "forest, 150 trees": RandomForestClassifier(150, min_samples_leaf=20, random_state=0),
    "forest, 400 trees": RandomForestClassifier(400, min_samples_leaf=20, random_state=0),
}
"""The first one has the target."""


def main() -> None:
    """Measure, print, judge."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shipments", type=int, default=200, help="shipments that are explained, one by one")
    shipments = parser.parse_args().shipments
    accepted, encoder, features, labels = _simulated()
    lines, medians, sums = [], [], []
    with threadpool_limits(1):
        for name, ensemble in MODELS.items():
            content = TreeModel(ensemble.fit(features, labels)).to_onnx()
            contributed, told, apart = _timed(content, accepted.head(shipments), encoder, features[:shipments])
            medians.append(median(contributed))
            sums.append(apart)
            slow = quantiles(contributed, n=20)[-1]
            lines.append((name, f"{medians[-1]:.2f}", f"{slow:.2f}", f"{median(told):.2f}", f"{apart:.0e}"))
    print_table(
        f"One shipment at a time, {shipments} of them, one thread",
        ("model", "contributions, median ms", "95 % within ms", "with words, median ms", "sum off by at most"),
        lines,
    )
    print_table(
        "A process that imports",
        ("libraries", "seconds", "resident MiB"),
        [(name, f"{seconds:.2f}", f"{mib:.0f}") for name, (seconds, mib) in _imports().items()],
    )
    finish(
        {
            "median_ms": Target(medians[0], MOST_MS, "lower"),
            "sum_off_by": Target(max(sums), MOST_APART, "lower"),
        }
    )


def _simulated() -> tuple[pd.DataFrame, FeatureEncoder, Any, Any]:
    url = f"simulator://smart_logistics?rows={ROWS}&known_after_days=0"
    table = pd.concat(ShipmentSource().chunks(url, SCHEMA), ignore_index=True)
    accepted = ShipmentValidator(SCHEMA).validate(table).accepted
    encoder = FeatureEncoder.fit(SCHEMA, to_arrays(accepted, map(str, accepted.columns)))
    return accepted, encoder, encoder.encode_table(accepted), accepted[LATE].to_numpy(dtype=np.int8)


def _timed(
    content: bytes, accepted: pd.DataFrame, encoder: FeatureEncoder, features: Any
) -> tuple[list[float], list[float], float]:
    """Milliseconds of each shipment's contributions, and of its reasons; how far sum and served probability differ."""
    width = features.shape[1]
    explainer, scorer = ModelExplainer().load(content, width), ModelRuntime().load(content, width)
    contributed, told, apart = [], [], 0.0
    for at in range(len(features)):
        row, served = features[at : at + 1], scorer.late_probability(features[at : at + 1])
        began = time.perf_counter()
        contributions = explainer.contributions(row)
        contributed.append(1000 * (time.perf_counter() - began))
        explained = explain(contributions, encoder.sources, lambda probabilities: probabilities, served)
        [given] = reasons(explained, SCHEMA, encoder, accepted.iloc[at : at + 1], row)
        for reason in given:
            words(reason)
        told.append(1000 * (time.perf_counter() - began))
        score = contributions.scores[0]
        summed = 1 / (1 + np.exp(-score)) if contributions.scale == "log_odds" else score
        apart = max(apart, abs(float(summed - served[0])))
    return contributed, told, apart


def _imports() -> dict[str, tuple[float, float]]:
    """Seconds, and MiB held in the end."""
    serving = ["numpy", "onnxruntime"]
    sets = {"as in serving: numpy, onnxruntime": serving, "and onnx, to read trees": [*serving, "onnx"]}
    if find_spec("shap"):
        sets["and shap, instead"] = [*serving, "shap"]
    found = {}
    for name, libraries in sets.items():
        code = _IMPORTING.format(libraries=", ".join(libraries))
        told = subprocess.run([sys.executable, "-W", "ignore", "-c", code], check=True, capture_output=True, text=True)  # noqa: S603 - the benchmark's own command
        seconds, mib = map(float, told.stdout.split())
        found[name] = (seconds, mib)
    return found


if __name__ == "__main__":
    main()
