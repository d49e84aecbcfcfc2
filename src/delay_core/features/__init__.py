"""Features: the fitted encoder from canonical columns to the matrix that a model reads."""

from delay_core.features.column_arrays import to_arrays, to_table
from delay_core.features.encoder import FeatureEncoder
from delay_core.transformers.base import Columns

__all__ = ["Columns", "FeatureEncoder", "to_arrays", "to_table"]
