"""Measures operations on columns: a difference of two columns can be the outcome though neither of them tells it."""

from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from delay_core.leakage import LeakageFinding, auc_lower_bound, independent_auc
from delay_core.ports.leakage_probe import LeakageProbe
from delay_core.schema import ShipmentSchema
from delay_core.training.binned_auc import binned_auc
from delay_core.training.column_operations import Operation, list_operations
from delay_core.training.column_quantities import quantities
from delay_core.training.leakage_folds import out_of_fold_auc, stratified_group_folds

MAX_SCREENED_ROWS = 5_000
"""Every operation is screened on at most this many rows, the latest ones."""
MIN_SCREENED_AUC = 0.9
"""Operations with a lower ROC-AUC on the screened rows are not measured by trees."""
MAX_MEASURED = 10
MIN_SUSPECT_AUC = 0.6
"""An operation whose lower bound is not above this is too weak to ask about."""
MAX_SUSPECTS = 3


@dataclass(frozen=True)
class OperationCheck:
    """Operations on the columns of some rows, and how well each predicts their labels.

    `columns` are raw values [rows] of columns and derived features; `labels` and `groups` [rows] as in
    `out_of_fold_auc`. Bounds are corrected for the number of operations (Bonferroni).
    """

    schema: ShipmentSchema
    create_probe: Callable[[], LeakageProbe]
    """Called only if an operation is measured by trees."""
    columns: Mapping[str, NDArray[Any]]
    labels: NDArray[np.int8]
    groups: NDArray[np.int64] | None
    excused: Sequence[Set[str]] = ()
    """Columns that a derived feature is computed from which is reported itself, or has a recorded reason to be used."""

    def strongest(self, others: Sequence[LeakageFinding]) -> list[LeakageFinding]:
        """The strongest operations that `others` do not explain, measured by trees on all rows.

        `others` are the findings of columns, derived features, and pairs of columns; see `_explained_auc`.
        """
        strongest = [operation for operation, roc_auc in self._strongest_first() if roc_auc >= MIN_SCREENED_AUC]
        findings = [(operation, self._measure(operation)) for operation in strongest[:MAX_MEASURED]]
        return [
            finding for operation, finding in findings if finding.lower_bound > self._explained_auc(operation, others)
        ]

    def suspects(self, others: Sequence[LeakageFinding]) -> list[LeakageFinding]:
        """Operations that are at least twice as far from a ROC-AUC of one half as `others` explain."""
        suspects: list[LeakageFinding] = []
        for operation, roc_auc in self._strongest_first():
            bound = self._lower_bound(roc_auc, len(self._latest))
            explained = self._explained_auc(operation, others)
            if bound > MIN_SUSPECT_AUC and bound - 0.5 >= 2 * (explained - 0.5):
                suspects.append(self._finding(operation, roc_auc, bound, self._question(operation, roc_auc, explained)))
        return suspects[:MAX_SUSPECTS]

    def _explained_auc(self, operation: Operation, others: Sequence[LeakageFinding]) -> float:
        """What the columns of an operation reach without it.

        That is the ROC-AUC of independent scores that are as good as each column and derived feature of its columns, or
        of a pair of its columns if that is better. Two honest strong columns are stronger together, and no leak.
        """
        inputs = self._inputs(operation)
        own = [finding for finding in others if self._inputs(finding) <= inputs]
        alone = [finding.roc_auc for finding in own if len(finding.columns) == 1]
        return max([independent_auc(alone), *(finding.roc_auc for finding in own)])

    def _strongest_first(self) -> Iterator[tuple[Operation, float]]:
        """Screened operations, without those whose columns include all columns of a stronger one."""
        kept: list[set[str]] = []
        for operation, roc_auc in sorted(self._screened, key=lambda pair: (-pair[1], len(pair[0].columns))):
            columns = set(operation.columns)
            if not any(smaller <= columns for smaller in kept):
                kept.append(columns)
                yield operation, roc_auc

    @cached_property
    def _operations(self) -> list[Operation]:
        operations = list_operations(list(quantities(self.schema, self.columns)), self.labels)
        return [one for one in operations if not any(set(one.columns) <= columns for columns in self.excused)]

    @cached_property
    def _latest(self) -> NDArray[np.int64]:
        """The screened rows."""
        return np.arange(len(self.labels))[-MAX_SCREENED_ROWS:]

    @cached_property
    def _screened(self) -> list[tuple[Operation, float]]:
        """Each operation with its ROC-AUC on the screened rows."""
        labels = self.labels[self._latest]
        if not 0 < labels.sum() < len(labels):
            return []
        fold = stratified_group_folds(labels, None if self.groups is None else self.groups[self._latest])
        return [
            (operation, binned_auc(operation.compute()[self._latest], labels, fold)) for operation in self._operations
        ]

    def _measure(self, operation: Operation) -> LeakageFinding:
        values = operation.compute()
        is_missing = np.isnan(values)
        matrix = np.stack([np.where(is_missing, 0.0, values), is_missing], axis=1).astype(np.float32)
        roc_auc = out_of_fold_auc(self.create_probe(), matrix, self.labels, None, self.groups)
        return self._finding(operation, roc_auc, self._lower_bound(roc_auc, len(self.labels)), None)

    def _finding(self, operation: Operation, roc_auc: float, bound: float, question: str | None) -> LeakageFinding:
        return LeakageFinding(operation.columns, roc_auc, bound, operation.text, question)

    def _lower_bound(self, roc_auc: float, rows: int) -> float:
        return auc_lower_bound(roc_auc, self.labels[-rows:], comparisons=len(self._operations))

    def _inputs(self, measured: LeakageFinding | Operation) -> set[str]:
        """The columns of what was measured; of a derived feature, those that it is computed from."""
        return set(column_names(self.schema, measured.columns))

    def _question(self, operation: Operation, roc_auc: float, explained: float) -> str:
        point = self.schema.prediction_point
        columns = [name for name in operation.columns if name != point.column and name in self.schema.columns]
        verb = "Is" if len(columns) == 1 else "Are"
        return (
            f"{operation.text} predicts the outcome with an out-of-fold ROC-AUC of {roc_auc:.3f}, its columns without "
            f"it with {explained:.3f}. {verb} {' and '.join(columns)} known at the prediction point ({point.column}, "
            f"{point.stage.value})? If not, declare when (available_at)"
        )


def column_names(schema: ShipmentSchema, sources: Sequence[str]) -> Iterator[str]:
    """The columns that sources, columns or derived features, are computed from."""
    for source in sources:
        yield from schema.derived[source].columns if source in schema.derived else (source,)
