"""Estimates under covariate shift: windows of the simulator in which columns moved, and what their outcomes showed."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray

from adapters.simulator.blocks import generate_blocks
from adapters.simulator.causes import TRAFFIC
from adapters.simulator.drift import Drift
from adapters.simulator.settings import SimulatorSettings
from adapters.sklearn.density_ratio import DensityRatio
from adapters.sklearn.families import FAMILIES, Family
from benchmarks.monitoring.delivered_cohorts import expected_auc
from benchmarks.report import Target, print_table
from delay_core.evaluation import RankedRows
from delay_core.features import Columns
from delay_core.monitoring.performance import CovariateShift, PerformancePolicy, with_score
from delay_core.monitoring.performance.estimated import estimate_figures
from delay_core.monitoring.performance.figures import monitored_metrics
from delay_core.monitoring.performance.outcome_model import OutcomeModel, OutcomeRows
from delay_core.ports.model_trainer import TrainingSet
from delay_core.reference_sample import ReferenceSample

Floats = NDArray[np.float64]
NUMBERS = (
    "Waiting_Time",
    "Temperature",
    "Asset_Utilization",
    "Humidity",
    "Inventory_Level",
    "User_Transaction_Amount",
    "User_Purchase_Frequency",
    "Demand_Forecast",
)
MOVED = (
    ("Waiting_Time",),
    ("Temperature",),
    ("Traffic_Status",),
    ("Asset_Utilization",),
    ("Waiting_Time", "Temperature"),
    ("Temperature", "Asset_Utilization"),
    ("Traffic_Status", "Asset_Utilization"),
    ("Waiting_Time", "Traffic_Status", "Temperature"),
)
AMOUNTS = (-0.6, -0.3, 0.3, 0.6)
"""A column's share u of smaller values becomes u^exp(-amount)."""
TRAINING_ROWS, CALIBRATION_ROWS, REFERENCE_ROWS, WINDOW_ROWS = 14_000, 6_000, 5_000, 5_000
FIGURES = ("late_rate", "brier", "log_loss", "roc_auc")
ROUNDS = 80
"""Trees of boosting, about where its learning curve on later rows ends."""


@dataclass(frozen=True, eq=False)
class Table:
    """Simulated shipments; arrays [rows], the matrix [rows, features] as a model reads it."""

    columns: Columns
    matrix: NDArray[np.float32]
    late: NDArray[np.int8]
    truth: Floats


@dataclass(frozen=True)
class WindowErrors:
    """How far the estimate and plain CBPE are from the realized figures of a window, and whether intervals hold.

    `chance` is the error of somebody who knows the true probability of each row: no estimate has a smaller one.
    """

    family: str
    estimated: Mapping[str, float]
    plain: Mapping[str, float]
    covered: Mapping[str, bool]
    chance: Mapping[str, float]


def measure_estimates() -> Mapping[str, Target]:
    """Every family of models on every window; prints a table."""
    windows = [
        (moved, amount, _draw_table(_drifts(moved, amount), WINDOW_ROWS, 100 + number))
        for number, (moved, amount) in enumerate(product(MOVED, AMOUNTS))
    ]
    train, calibration, reference = (
        _draw_table((), rows, seed) for rows, seed in ((TRAINING_ROWS, 1), (CALIBRATION_ROWS, 3), (REFERENCE_ROWS, 2))
    )
    errors = [
        error
        for family in FAMILIES
        for error in _measure_family(_ServedModel(family, train, calibration), reference, [w for _, _, w in windows])
    ]
    rows = []
    for family in [*(family.name for family in FAMILIES), "all"]:
        chosen = [error for error in errors if family in (error.family, "all")]
        for name in FIGURES:
            plain = float(np.mean([one.plain[name] for one in chosen]))
            estimated = float(np.mean([one.estimated[name] for one in chosen]))
            chance = float(np.mean([one.chance[name] for one in chosen]))
            covered = f"{np.mean([one.covered[name] for one in chosen]):.0%}"
            errors_of = (f"{error:.4f}" for error in (plain, estimated, chance))
            rows.append(
                [family, name, *errors_of, f"{1 - estimated / plain:.0%}", f"{1 - chance / plain:.0%}", covered]
            )
    print_table(
        f"Estimates of {len(windows)} windows of {WINDOW_ROWS:,} rows: mean absolute error beside the realized figure",
        (
            "model",
            "figure",
            "plain CBPE",
            "re-weighted",
            "true probabilities",
            "lower by",
            "at best",
            "interval covers",
        ),
        rows,
    )
    coverage = min(np.mean([one.covered[name] for one in errors]) for name in FIGURES)
    lower = 1 - np.mean([e.estimated["late_rate"] for e in errors]) / np.mean([e.plain["late_rate"] for e in errors])
    return {
        "performance.estimate_coverage": Target(float(coverage), 0.9, "higher"),
        "performance.estimate_error_below_plain": Target(float(lower), 0.2, "higher"),
    }


class _ServedModel:
    """A model of a family with its first parameters, calibrated on rows that it has not seen."""

    def __init__(self, family: Family, train: Table, calibration: Table) -> None:
        parameters = dict(family.initial_candidates[0])
        if "max_iter" in parameters:
            parameters["max_iter"] = ROUNDS
        self.name = family.name
        self._model = family.fit(parameters, TrainingSet(train.matrix, train.late), 0)
        raw = self._model.late_probability(calibration.matrix)
        rows = len(raw)
        self._calibrator = OutcomeModel.fit(OutcomeRows(raw, calibration.late, np.ones(rows), np.arange(rows)))

    def predict(self, table: Table) -> Floats:
        return self._calibrator.predict(self._model.late_probability(table.matrix)).probability


def _measure_family(model: _ServedModel, reference: Table, windows: list[Table]) -> Iterator[WindowErrors]:
    metrics = [metric for metric in monitored_metrics(None) if metric.name in FIGURES]
    sample = ReferenceSample(reference.columns, model.predict(reference), reference.late, None, None)
    for window in windows:
        probability = model.predict(window)
        ratios = DensityRatio().estimate(
            with_score(sample.columns, sample.probabilities), with_score(window.columns, probability)
        )
        shift = CovariateShift(sample, window.columns, ratios.reference, ratios.window)
        estimate = estimate_figures(probability, np.arange(WINDOW_ROWS), shift, metrics, PerformancePolicy()).figures
        if estimate is None:
            raise RuntimeError("a window has no estimate, although its columns stay within their ranges")
        ranked, p = RankedRows(window.late, probability), probability
        realized = {metric.name: metric.value(ranked) for metric in metrics}
        plain, best = _expected_figures(p, p), _expected_figures(p, window.truth)
        yield WindowErrors(
            model.name,
            {name: abs(estimate.figures[name].value - realized[name]) for name in FIGURES},
            {name: abs(plain[name] - realized[name]) for name in FIGURES},
            {name: estimate.figures[name].low <= realized[name] <= estimate.figures[name].high for name in FIGURES},
            {name: abs(best[name] - realized[name]) for name in FIGURES},
        )


def _expected_figures(p: Floats, q: Floats) -> Mapping[str, float]:
    """The figures of probabilities p [rows] of which q are true."""
    return {
        "late_rate": float(q.mean()),
        "brier": float((p**2 - 2 * p * q + q).mean()),
        "log_loss": float(-(q * np.log(p) + (1 - q) * np.log1p(-p)).mean()),
        "roc_auc": expected_auc(p, q),
    }


def _drifts(moved: tuple[str, ...], amount: float) -> tuple[Drift, ...]:
    return tuple(Drift(kind="covariate", start=0, ramp=0, size=amount, columns=(column,)) for column in moved)


def _draw_table(drifts: tuple[Drift, ...], rows: int, seed: int) -> Table:
    blocks = list(generate_blocks(SimulatorSettings(rows=rows, seed=seed, drift=drifts)))
    readings = {name: np.concatenate([block.readings[name] for block in blocks]) for name in blocks[0].readings}
    seconds, traffic = np.concatenate([block.seconds for block in blocks]), readings["Traffic_Status"]
    hour, weekday = seconds // 3600 % 24, seconds // 86_400 % 7
    indicators = (
        [traffic == code for code in range(3)] + [hour == h for h in range(24)] + [weekday == d for d in range(7)]
    )
    columns: dict[str, NDArray[np.generic]] = {name: readings[name].astype(np.float64) for name in NUMBERS}
    matrix = np.stack([*columns.values(), *indicators], axis=1).astype(np.float32)
    columns["Traffic_Status"] = np.array(TRAFFIC, dtype=object)[traffic]
    late, truth = (np.concatenate([getattr(block, name) for block in blocks]) for name in ("late", "late_probability"))
    return Table(columns, matrix, late.astype(np.int8), truth)
