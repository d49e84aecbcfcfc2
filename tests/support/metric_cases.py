"""Labels and probabilities to score, and the metrics straight from their definitions, in quadratic time."""

from collections.abc import Sequence
from math import log

import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray

Labels = NDArray[np.int8]
Floats = NDArray[np.float64]

PROBABILITIES = st.one_of(st.sampled_from([0.0, 1.0, 0.5, 1e-9, 1e-300, 1 - 1e-12, 0.2]), st.floats(0, 1))
ROWS = st.lists(st.tuples(st.integers(0, 1), PROBABILITIES), min_size=2, max_size=60).filter(
    lambda rows: len({label for label, _ in rows}) == 2
)


def values_by_definition(labels: Labels, probabilities: Floats) -> dict[str, float]:
    """Each metric by name. Counts of pairs are integers below 2^53, hence exact as floats."""
    late, on_time = probabilities[labels == 1][:, None], probabilities[labels == 0][None, :]
    pairs = (late > on_time).sum() + (late == on_time).sum() / 2
    flagged = (probabilities[None, :] >= late).sum(axis=1)
    true_positives = (late <= late.T).sum(axis=1)
    gaps, bins = labels - probabilities, bins_by_definition(probabilities)
    return {
        "roc_auc": pairs / (late.size * on_time.size),
        "pr_auc": (true_positives / flagged).sum() / late.size,
        "brier": ((labels - probabilities) ** 2).mean(),
        "log_loss": np.mean([_log_loss(label, p) for label, p in zip(labels, probabilities, strict=True)]),
        "ece": sum(abs(gaps[bins == index].sum()) for index in range(10)) / len(labels),
    }


def bins_by_definition(probabilities: Floats) -> NDArray[np.int64]:
    """The bin of each row's middle rank, of ten bins of equal counts."""
    below = (probabilities[None, :] < probabilities[:, None]).sum(axis=1)
    equal = (probabilities[None, :] == probabilities[:, None]).sum(axis=1)
    bins: NDArray[np.int64] = (2 * below + equal) * 10 // (2 * len(probabilities))
    return bins


def _log_loss(label: int, probability: float) -> float:
    tiny = np.finfo(float).eps
    return -log(min(max(probability if label else 1 - probability, tiny), 1 - tiny))


def as_arrays(rows: Sequence[tuple[int, float]]) -> tuple[Labels, Floats]:
    """Labels and probabilities of rows."""
    labels = np.array([label for label, _ in rows], dtype=np.int8)
    return labels, np.array([probability for _, probability in rows])


def draw_rows(rows: int, seed: int, decimals: int) -> tuple[Labels, Floats]:
    """Random probabilities and labels drawn from them, with both classes."""
    draw = np.random.default_rng(seed)
    probabilities = np.round(draw.random(rows), decimals)
    labels = (draw.random(rows) < probabilities).astype(np.int8)
    labels[:2] = (0, 1)
    return labels, probabilities
