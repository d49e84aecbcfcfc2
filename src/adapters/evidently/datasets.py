"""Canonical columns as Evidently's datasets."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import pandas as pd
from evidently import DataDefinition, Dataset

from delay_core.features import Columns

NUMBER_METHOD, CATEGORY_METHOD = "ks", "chisquare"
"""The tests, whatever the number of rows: without them, Evidently takes another one from 1,000 rows on."""
EFFECT_METHOD = "jensenshannon"


def to_dataset(columns: Columns) -> Dataset:
    """The columns with their types, which Evidently would guess otherwise."""
    numbers = [name for name, values in columns.items() if values.dtype.kind == "f"]
    definition = DataDefinition(
        numerical_columns=numbers, categorical_columns=[name for name in columns if name not in numbers]
    )
    table = pd.DataFrame({name: pd.Series(values, dtype=values.dtype) for name, values in columns.items()})
    return Dataset.from_pandas(table, definition)


def test_method(columns: Columns, name: str) -> str:
    """The test of a column, by its type."""
    return NUMBER_METHOD if columns[name].dtype.kind == "f" else CATEGORY_METHOD


@contextmanager
def without_warnings() -> Iterator[None]:
    """Evidently divides by zero where a category is new, and warns of what its libraries will change."""
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        yield
