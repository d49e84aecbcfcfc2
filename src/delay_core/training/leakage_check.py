"""The measured leakage guard: training stops if a column, or a pair of columns, predicts the label too well."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from delay_core.errors import LeakageDetected
from delay_core.features import FeatureEncoder
from delay_core.leakage import LeakageFinding, auc_lower_bound, describe_leaks
from delay_core.ports.leakage_probe import LeakageProbe
from delay_core.ports.progress import Progress
from delay_core.schema import ShipmentSchema
from delay_core.training.datasets import EncodedDataset
from delay_core.training.leakage_folds import MIN_CLASS_ROWS, out_of_fold_auc, usable_groups
from delay_core.training.operation_check import OperationCheck, column_names
from delay_core.transformers.derived import DerivedFeature
from delay_core.transformers.numeric import NumericFeature

MAX_LEAKAGE_ROWS = 20_000
"""Callers pass at most this many rows, the latest ones."""
PAIR_DEPTH = 2
MAX_REPORTED = 5


def bucketed_categoricals(encoder: FeatureEncoder) -> tuple[str, ...]:
    """Categorical columns with more values than indicators: the features do not distinguish their rare values."""
    return tuple(feature.column for feature in encoder.categorical if feature.rare)


@dataclass(frozen=True)
class LeakageCheck:
    """Refuses columns that predict the label too well."""

    probe: LeakageProbe
    progress: Progress

    def __call__(
        self,
        schema: ShipmentSchema,
        encoder: FeatureEncoder,
        rows: EncodedDataset,
        raw_values: Mapping[str, NDArray[Any]],
    ) -> tuple[LeakageFinding, ...]:
        """The columns, alone and in pairs, that predict these rows' labels best; at most `MAX_REPORTED`.

        Operations on columns that are suspiciously good, with their questions, follow. `raw_values` are the same rows'
        values of the columns that the encoder reads, [rows] each; those in `bucketed_categoricals` are required. A
        column with a `leakage_override` is not measured. Raises LeakageDetected naming every column, and every pair and
        operation of columns that are not reported alone, whose lower bound exceeds `MAX_AUC_LOWER_BOUND`.
        """
        features, labels, groups = rows.features, rows.labels, usable_groups(rows.labels, rows.groups)
        if min(int(labels.sum()), int((1 - labels).sum())) < MIN_CLASS_ROWS:
            return ()
        sources = {name: indices for name, indices in encoder.sources.items() if name not in _overridden(schema)}
        pairs = list(combinations(sources, 2))
        bucketed = set(bucketed_categoricals(encoder))
        self.progress.step("Checking columns for leakage", len(sources) + len(pairs) + 1)

        def measure(columns: tuple[str, ...], depth: int | None) -> LeakageFinding:
            matrices = [features[:, [index for name in columns for index in sources[name]]]]
            if depth is None and columns[0] in bucketed:
                codes, _ = pd.factorize(raw_values[columns[0]])
                matrices.append(codes.astype(np.float32)[:, None])
            roc_auc = max(out_of_fold_auc(self.probe, x, labels, depth, groups) for x in matrices)
            self.progress.advance()
            return LeakageFinding(columns, roc_auc, auc_lower_bound(roc_auc, labels))

        single_findings = [measure((name,), None) for name in sources]
        flagged = {finding.columns[0] for finding in single_findings if finding.is_leak}
        pair_findings = [measure(pair, PAIR_DEPTH) for pair in pairs if not flagged & set(pair)]
        excused = _overridden(schema) | flagged
        operands = _operands(schema, encoder, features, raw_values)
        operations = OperationCheck(
            schema,
            lambda: self.probe,
            {name: values for name, values in operands.items() if name not in excused},
            labels,
            groups,
            excused=[set(column_names(schema, [name])) for name in excused],
        )
        read_by_trees = (*single_findings, *pair_findings)
        findings = (*read_by_trees, *operations.strongest(read_by_trees))
        self.progress.advance()
        _refuse_leaks([finding for finding in findings if finding.is_leak])
        suspects = operations.suspects(read_by_trees)
        return (*sorted(findings, key=lambda finding: -finding.roc_auc)[:MAX_REPORTED], *suspects)


def _operands(
    schema: ShipmentSchema,
    encoder: FeatureEncoder,
    features: NDArray[np.float32],
    raw_values: Mapping[str, NDArray[Any]],
) -> dict[str, NDArray[Any]]:
    """The values [rows] of columns and derived features; where raw ones are absent, those of numeric features."""
    operands = {name: values for name, values in raw_values.items() if name in schema.columns}
    for transformer in encoder.transformers:
        if isinstance(transformer, NumericFeature | DerivedFeature) and transformer.source not in operands:
            value, *indicators = encoder.sources[transformer.source]
            is_missing = features[:, indicators].any(axis=1)
            operands[transformer.source] = np.where(is_missing, np.nan, features[:, value].astype(np.float64))
    return operands


def _overridden(schema: ShipmentSchema) -> set[str]:
    """Columns and derived features with a recorded reason to be used."""
    columns = {name for name, column in schema.columns.items() if column.leakage_override}
    return columns | {name for name, derived in schema.derived.items() if derived.leakage_override}


def _refuse_leaks(leaks: Sequence[LeakageFinding]) -> None:
    if leaks:
        raise LeakageDetected(f"training refused: {describe_leaks(leaks)}")
