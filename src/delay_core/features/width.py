"""Bounds the number of indicators of all categorical columns together by the number of outcomes."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from delay_core.reserved_names import LATE
from delay_core.schema import ShipmentSchema
from delay_core.transformers.base import Columns
from delay_core.transformers.one_hot import OneHotFeature
from delay_core.transformers.ordinal import MAX_UNORDERED_CATEGORIES
from delay_core.transformers.target_encoding import HistoricalLateRate
from delay_core.transformers.union import AnyTransformer


class Bound(NamedTuple):
    """So many indicators are allowed: one for each `outcomes` rows of the rarer outcome, and at least `minimum`."""

    outcomes: int
    minimum: int

    def allows(self, outcomes: NDArray[np.float64]) -> int:
        """The indicators that outcomes [rows] of 0, 1 and NaN allow."""
        rarer = min(int((outcomes == 0).sum()), int((outcomes == 1).sum()))
        return max(self.minimum, rarer // self.outcomes)


BESIDE_LATE_RATES = Bound(outcomes=50, minimum=16)
"""Beside late rates, more indicators brought no family lower log-losses on later rows."""
WITHOUT_TIMES = Bound(outcomes=10, minimum=64)
"""Ten rows of the rarer outcome are the usual minimum for each parameter of a logistic regression."""


def limit_indicators(
    schema: ShipmentSchema, transformers: Sequence[AnyTransformer], train: Columns
) -> Iterator[AnyTransformer]:
    """The transformers, with indicators for the categories with the most rows only if there are too many.

    A column that loses an indicator gains its historical late rate, unless it has one or the table has no times.
    Columns with few categories or with `encode: indicators` keep theirs. `train` has the rows that the transformers are
    fitted on.
    """
    categorical = [feature for feature in transformers if isinstance(feature, OneHotFeature)]
    wanted = sum(len(feature.frequent) for feature in categorical)
    point = schema.prediction_point.column
    bound = WITHOUT_TIMES if point is None else BESIDE_LATE_RATES
    if wanted <= bound.minimum or wanted <= (allowed := bound.allows(train[LATE])):
        yield from transformers
        return
    limited = [
        feature
        for feature in categorical
        if len(feature.frequent) > MAX_UNORDERED_CATEGORIES and schema.columns[feature.column].encode != "indicators"
    ]
    unlimited = wanted - sum(len(feature.frequent) for feature in limited)
    kept = _most_frequent(limited, train, max(0, allowed - unlimited))
    for feature in transformers:
        if not isinstance(feature, OneHotFeature) or feature not in limited:
            yield feature
            continue
        narrowed = feature.keep_indicators(kept[feature.column])
        yield narrowed
        if narrowed.target_encoded and not feature.target_encoded and point is not None:
            yield HistoricalLateRate.of_category(feature.column, point, train)


def _most_frequent(features: Sequence[OneHotFeature], train: Columns, number: int) -> dict[str, set[str]]:
    """The categories with the most rows over all columns, this number in all, by column."""
    sizes: list[tuple[int, str, str]] = []
    for feature in features:
        counts = Counter(train[feature.column].tolist())
        sizes.extend((-counts[name], feature.column, name) for name in feature.frequent)
    kept: dict[str, set[str]] = {feature.column: set() for feature in features}
    for _, column, name in sorted(sizes)[:number]:
        kept[column].add(name)
    return kept
