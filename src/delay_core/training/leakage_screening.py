"""Screens columns and operations on them for leakage, before anything is trained and without an encoder.

Numbers are screened by their late rate in bins, codes by that of each code; only what looks suspicious is measured by
trees, as the check of a training does. Pairs of columns that only a tree combines are left to that check.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from delay_core.leakage import LeakageFinding, auc_lower_bound
from delay_core.ports.leakage_probe import LeakageProbe
from delay_core.schema import ShipmentSchema
from delay_core.training.binned_auc import binned_auc, coded_auc
from delay_core.training.column_quantities import Quantity, quantities
from delay_core.training.leakage_folds import (
    MIN_CLASS_ROWS,
    out_of_fold_auc,
    stratified_group_folds,
    usable_groups,
)
from delay_core.training.operation_check import MIN_SCREENED_AUC, OperationCheck, column_names


def screened_columns(schema: ShipmentSchema) -> tuple[str, ...]:
    """The columns that features are made from."""
    calendar = (part.column for part in schema.calendar)
    derived = (name for feature in schema.derived.values() for name in feature.columns)
    return tuple(dict.fromkeys((*schema.features, *calendar, *derived)))


@dataclass(frozen=True)
class LeakageScreening:
    """What the outcome can be read from; `create_probe` is called only if something looks suspicious."""

    schema: ShipmentSchema
    create_probe: Callable[[], LeakageProbe]

    def __call__(
        self, columns: Mapping[str, NDArray[Any]], labels: NDArray[np.int8], groups: NDArray[np.int64] | None
    ) -> tuple[LeakageFinding, ...]:
        """The leaks, and the operations to ask about; without rows enough, none.

        `columns` are canonical values [rows] of `screened_columns`, `labels` [rows] zeros and ones. A column with a
        `leakage_override` is not measured, nor are operations on the columns of such a derived feature.
        """
        if min(int(labels.sum()), int((1 - labels).sum())) < MIN_CLASS_ROWS:
            return ()
        groups = usable_groups(labels, groups)
        measured = {name: values for name, values in columns.items() if not self.schema.columns[name].leakage_override}
        alone = self._measure_alone(measured, labels, groups)
        leaks = [finding for finding in alone if finding.is_leak]
        known = {name for finding in leaks for name in finding.columns}
        overridden = [name for name, derived in self.schema.derived.items() if derived.leakage_override]
        operations = OperationCheck(
            self.schema,
            self.create_probe,
            {name: values for name, values in measured.items() if name not in known},
            labels,
            groups,
            excused=[set(column_names(self.schema, [name])) for name in overridden],
        )
        leaks += [finding for finding in operations.strongest(alone) if finding.is_leak]
        return (*leaks, *([] if leaks else operations.suspects(alone)))

    def _measure_alone(
        self, columns: Mapping[str, NDArray[Any]], labels: NDArray[np.int8], groups: NDArray[np.int64] | None
    ) -> list[LeakageFinding]:
        """Each column, as the quantity that predicts the outcome best."""
        fold = stratified_group_folds(labels, groups)
        best: dict[str, float] = {}
        for quantity in quantities(self.schema, columns):
            roc_auc = _screened_auc(quantity, labels, fold)
            if roc_auc >= MIN_SCREENED_AUC:
                roc_auc = out_of_fold_auc(self.create_probe(), _matrix(quantity), labels, None, groups)
            best[quantity.column] = max(roc_auc, best.get(quantity.column, 0.0))
        return [LeakageFinding((name,), roc_auc, auc_lower_bound(roc_auc, labels)) for name, roc_auc in best.items()]


def _screened_auc(quantity: Quantity, labels: NDArray[np.int8], fold: NDArray[np.int8]) -> float:
    if quantity.kind != "code":
        return binned_auc(quantity.values, labels, fold)
    return coded_auc(pd.factorize(quantity.values)[0] + 1, labels, fold)


def _matrix(quantity: Quantity) -> NDArray[np.float32]:
    """The values, and whether they are missing [rows, 2]; the values of codes are their numbers."""
    values = quantity.values
    if quantity.kind == "code":
        codes = pd.factorize(values)[0]
        values = np.where(codes < 0, np.nan, codes)
    is_missing = np.isnan(values)
    return np.stack([np.where(is_missing, 0.0, values), is_missing], axis=1).astype(np.float32)
