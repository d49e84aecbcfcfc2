"""Performance: corrected figures against the truth of a simulator, before all outcomes are known and after actions."""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from benchmarks.monitoring.delivered_cohorts import (
    LABEL,
    START,
    CohortWorld,
    DeliveredCohort,
    act_on,
    draw_cohort,
    expected_auc,
)
from benchmarks.monitoring.shifted_windows import measure_estimates
from benchmarks.report import Target, print_table
from delay_core.evaluation import bootstrap
from delay_core.monitoring.performance import PerformanceAssessment
from delay_core.monitoring.performance_result import PerformanceFigures, PerformanceResult

ROWS = 40_000
"""So many that chance moves a late rate by about .002."""
SEEDS = (1, 2, 3)
MATURITIES = (0.7, 0.8, 0.9, 1.0)
RESAMPLES = 20
"""Where intervals are not measured; all 300 would take several minutes."""
INTERVAL_RESAMPLES = 100
LIMIT = 0.01
UNIDENTIFIED = CohortWorld("… the longest alone, unknown to it (no target)", unseen=0.3, bend=0.1)
"""Shorter promises do not show it: nobody can know it before the longest have passed."""
WORLDS = (
    CohortWorld("long promises are late more often, and the model knows", seen=0.8),
    CohortWorld("… and its log-odds are 0.4 too low", seen=0.8, error=0.4),
    CohortWorld("… and the model does not know", unseen=0.5),
    CohortWorld("long promises are late less often, unknown to the model", unseen=-0.5),
    UNIDENTIFIED,
)
POLICIES = ("risky ones, half at most", "risky ones, nearly all", "all above one half")
assess = PerformanceAssessment(LABEL, None)


def measure() -> Mapping[str, Target]:
    """All figures of the part; prints their tables."""
    usual = bootstrap.RESAMPLES
    try:
        bootstrap.RESAMPLES = RESAMPLES
        figures = {**_measure_maturity(), **_measure_actions()}
        bootstrap.RESAMPLES = INTERVAL_RESAMPLES
        return {**figures, **measure_estimates()}
    finally:
        bootstrap.RESAMPLES = usual


def _measure_maturity() -> Mapping[str, Target]:
    worst, rows = {"late_rate": 0.0, "brier": 0.0}, []
    for world in WORLDS:
        errors: dict[tuple[str, str, float], list[float]] = {}
        for seed in SEEDS:
            cohort = draw_cohort(world, ROWS, seed)
            for maturity, result in _results(cohort):
                for part, figures in (("realized", result.realized), ("naive", result.naive)):
                    for name, error in _errors(cohort, figures).items():
                        errors.setdefault((part, name, maturity), []).append(error)
        if world is not UNIDENTIFIED:
            for name, error in worst.items():
                worst[name] = max(error, *(max(errors["realized", name, maturity]) for maturity in MATURITIES))
        rows += [
            [
                world.name if (part, name) == ("realized", "late_rate") else "",
                f"{name}, {part}",
                *(f"{max(errors[part, name, m]):.4f}" for m in MATURITIES),
            ]
            for part in ("realized", "naive")
            for name in worst
        ]
    print_table(
        f"Largest error of {len(SEEDS)} cohorts of {ROWS:,} rows, from the day of this maturity",
        ("world", "figure", *(f"{maturity:.0%}" for maturity in MATURITIES)),
        rows,
    )
    return {f"performance.realized_{name}_error": Target(worst[name], LIMIT, "lower") for name in worst}


def _results(cohort: DeliveredCohort) -> Iterator[tuple[float, PerformanceResult]]:
    for maturity in MATURITIES:
        day = cohort.first_day(maturity)
        yield maturity, assess(cohort.at(day), START + np.timedelta64(day, "D"))


def _errors(cohort: DeliveredCohort, figures: PerformanceFigures | None) -> Mapping[str, float]:
    """How far late rate and Brier score are from their expectation; infinite without figures."""
    p, q = cohort.probability, cohort.truth
    truth = {"late_rate": q.mean(), "brier": (p**2 - 2 * p * q + q).mean()}
    if figures is None:
        return dict.fromkeys(truth, np.inf)
    return {name: abs(figures.figures[name].value - value) for name, value in truth.items()}


def _measure_actions() -> Mapping[str, Target]:
    worst, fall, rows = 0.0, np.inf, []
    for policy in POLICIES:
        aucs: list[Sequence[float]] = []
        for seed in SEEDS:
            before = draw_cohort(WORLDS[0], ROWS, seed)
            cohort = act_on(before, _propensity(policy, before), seed)
            day = cohort.first_day(1.0) + 1
            result = assess(cohort.at(day), START + np.timedelta64(day, "D"))
            truth = expected_auc(cohort.probability, cohort.truth)
            aucs.append((cohort.acted_on.mean(), truth, _auc(result.without_actions), _auc(result.naive)))
        for _, truth, without_actions, naive in aucs:
            worst, fall = max(worst, abs(without_actions - truth)), min(fall, truth - naive)
        rows.append([policy, *(f"{np.mean(column):.4f}" for column in zip(*aucs, strict=True))])
    print_table(
        f"ROC-AUC where people act, of {ROWS:,} rows",
        ("they act on", "share", "truth without actions", "without_actions", "naive"),
        rows,
    )
    return {
        "performance.auc_without_actions_error": Target(worst, LIMIT, "lower"),
        "performance.naive_auc_falls_by": Target(fall, LIMIT, "higher"),
    }


def _propensity(policy: str, cohort: DeliveredCohort) -> np.ndarray:
    """How probably people act on each shipment [rows]."""
    risk = cohort.probability
    if policy == POLICIES[0]:
        return np.clip(risk, 0, 0.5)
    return np.clip(1.6 * risk, 0, 0.95) if policy == POLICIES[1] else (risk > 0.5).astype(np.float64)


def _auc(figures: PerformanceFigures | None) -> float:
    return np.nan if figures is None else figures.figures["roc_auc"].value
