"""The measured leakage guard: training stops when a column, or a pair, knows the answer."""

from collections.abc import Mapping
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from delay_core.errors import LeakageFound
from delay_core.features import FeatureEncoder
from delay_core.leakage import THRESHOLD, Leak, lower_bound
from delay_core.ports.leakage_probe import LeakageProbe
from delay_core.ports.progress import Progress
from delay_core.schema import ShipmentSchema
from delay_core.training.rows import TrainingRows

MOST_ROWS = 20_000
"""So many rows are enough, the latest: a caller passes no more."""
FEWEST_OF_A_CLASS = 5
PAIR_DEPTH = 2
SHOWN = 5


def hidden_words(encoder: FeatureEncoder) -> tuple[str, ...]:
    """The categorical columns of more values than indicators: what the others know is in no feature yet."""
    return tuple(feature.column for feature in encoder.categorical if feature.rare)


def check_leakage(
    schema: ShipmentSchema,
    encoder: FeatureEncoder,
    rows: TrainingRows,
    words: Mapping[str, NDArray[Any]],
    probe: LeakageProbe,
    progress: Progress,
) -> tuple[Leak, ...]:
    """The columns, alone and in pairs, that know most of these rows' outcomes.

    `words` are the same rows' values of the columns in `hidden_words`, [rows] each. A column with a `leakage_override`
    is not measured. Raises LeakageFound naming every column, or pair of columns innocent alone, whose lower bound
    exceeds the threshold.
    """
    features, labels, groups = rows.features, rows.labels, _enough_groups(rows)
    if min(int(labels.sum()), int((1 - labels).sum())) < FEWEST_OF_A_CLASS:
        return ()
    excused = {name for name, column in schema.columns.items() if column.leakage_override}
    excused |= {name for name, derived in schema.derived.items() if derived.leakage_override}
    places = {name: at for name, at in encoder.sources.items() if name not in excused}
    pairs = list(combinations(places, 2))
    progress.step("Looking for columns that know the answer", len(places) + len(pairs))

    def measure(columns: tuple[str, ...], depth: int | None) -> Leak:
        known = features[:, [place for name in columns for place in places[name]]]
        roc_auc = probe.roc_auc(known, labels, depth, groups)
        if depth is None and columns[0] in words:
            codes, _ = pd.factorize(words[columns[0]])
            roc_auc = max(roc_auc, probe.roc_auc(codes.astype(np.float32)[:, None], labels, depth, groups))
        progress.advance()
        return Leak(columns, roc_auc, lower_bound(roc_auc, labels))

    alone = [measure((name,), None) for name in places]
    guilty = {leak.columns[0] for leak in alone if leak.low > THRESHOLD}
    together = [measure(pair, PAIR_DEPTH) for pair in pairs if not guilty & set(pair)]
    leaks = [leak for leak in (*alone, *together) if leak.low > THRESHOLD]
    if leaks:
        raise LeakageFound(
            f"training refused: {'; '.join(map(str, leaks))}. Known that well before the outcome? Declare when these "
            f"columns are really available (available_at), or record why they may be used (leakage_override)"
        )
    return tuple(sorted((*alone, *together), key=lambda leak: -leak.roc_auc)[:SHOWN])


def _enough_groups(rows: TrainingRows) -> NDArray[np.int64] | None:
    """The group of each row [rows], if there are enough with late rows and without; else rows are dealt one by one."""
    if rows.groups is None:
        return None
    places = np.unique(rows.groups, return_inverse=True)[1]
    late = np.bincount(places, weights=rows.labels) > 0
    return places if min(int(late.sum()), int((~late).sum())) >= FEWEST_OF_A_CLASS else None
