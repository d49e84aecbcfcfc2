"""A ground truth that is given all probabilities."""

from collections.abc import Collection, Mapping

import numpy as np
from numpy.typing import NDArray

from delay_core.errors import SourceError
from delay_core.ports import ground_truth as port


class GroundTruth(port.GroundTruth):
    """Knows the tables in `truths` by URL; what is kept beside those in `mistaken` is about another table."""

    def __init__(self, truths: Mapping[str, NDArray[np.float64]], mistaken: Collection[str] = ()) -> None:
        self._truths = dict(truths)
        self._mistaken = frozenset(mistaken)

    def late_probability(self, url: str) -> NDArray[np.float64] | None:
        if url in self._mistaken:
            raise SourceError(f"{url}: its truth belongs to another table; remove it or simulate again")
        truth = self._truths.get(url)
        return None if truth is None else truth.copy()
