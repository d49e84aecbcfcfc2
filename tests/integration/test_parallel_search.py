"""Trials that run at the same time: equal bits with any number of workers, and one limit of threads for all of them."""

from threading import Barrier

import numpy as np
from threadpoolctl import threadpool_info, threadpool_limits

from adapters.sklearn.model_trainer import ModelTrainer
from adapters.sklearn.thread_limits import one_blas_thread
from adapters.threads import WorkerPool
from delay_core import parse_schema
from delay_core.ports.progress import NoProgress
from delay_core.training import RawDataset, Search, TrialCache, time_folds
from delay_core.training.out_of_fold import predict_out_of_fold
from delay_core.training.search_space import Candidate
from fakes.artifact_store import ArtifactStore

SCHEMA = parse_schema(
    """
name: parcels
version: 1
source: {timezone: UTC}
prediction_point: {column: sent_at, stage: order}
label: {column: status, late: [late], on_time: [on time], known_after: P1D}
key: parcel_id
columns:
  parcel_id: {role: identifier}
  sent_at: {role: timestamp}
  weight: {role: numeric}
  size: {role: numeric}
  status: {role: label, available_at: delivered}
""",
    "parcels.yaml",
)
ROWS = 400


def parcels():
    draw = np.random.default_rng(3)
    times = np.datetime64("2024-01-01T00:00:00", "us") + np.arange(ROWS) * np.timedelta64(1, "D")
    columns = {"sent_at": times, "weight": draw.normal(size=ROWS), "size": draw.normal(size=ROWS)}
    labels = (columns["weight"] + draw.normal(size=ROWS) > 0).astype(np.int8)
    known_at = times + np.timedelta64(1, "D")
    return RawDataset(columns, labels, times, known_at, np.arange(ROWS) >= ROWS // 2)


def candidates(trainer):
    """Few trees of each family, with and without weights: two models that use BLAS run at the same time."""
    return [
        Candidate(family, trainer.with_rounds(family, {**parameters, **few}, 10), half_life)
        for family, few in (
            ("logistic_regression", {}),
            ("hist_gradient_boosting", {}),
            ("random_forest", {"n_estimators": 10}),
        )
        for half_life in (None, 0.5)
        for parameters in trainer.initial_candidates()[family][:1]
    ]


def searched(workers):
    """The trials, and the out-of-fold predictions of two of them."""
    rows, trainer = parcels(), ModelTrainer()
    cache = TrialCache(ArtifactStore(), {})
    search = Search(SCHEMA, rows, time_folds(rows), trainer, WorkerPool(workers), cache, NoProgress(), 0)
    trials = search(candidates(trainer))
    return trials, [late.tobytes() for late in predict_out_of_fold(search, trials[:3]).probabilities]


def test_search__has_equal_bits_with_any_number_of_workers():
    assert searched(1) == searched(3)


def blas_threads():
    return {library["num_threads"] for library in threadpool_info() if library["user_api"] == "blas"}


def one_thread_in_both_blocks():
    """The threads in the second of two overlapping blocks after the first, which began before it, has ended."""
    entered, left = Barrier(2, timeout=30), Barrier(2, timeout=30)

    def first():
        with one_blas_thread():
            entered.wait()
        left.wait()

    def second():
        with one_blas_thread():
            entered.wait()
            left.wait()
            return blas_threads()

    return dict(WorkerPool(2).run([first, second]))[1]


def test_blas__has_one_thread_until_the_last_block_ends():
    before = blas_threads()

    for _ in range(3):
        assert one_thread_in_both_blocks() == {1}
        assert blas_threads() == before


def test_blas__has_one_thread_also_where_another_thread_has_set_a_limit():
    with threadpool_limits(2, "blas"):
        before = blas_threads()
        assert one_thread_in_both_blocks() == {1}
        assert blas_threads() == before
