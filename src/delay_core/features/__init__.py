"""Features: the fitted encoder from canonical columns to the model's matrix."""

from delay_core.features.canonical import Columns, columns_of
from delay_core.features.encoder import FeatureEncoder

__all__ = ["Columns", "FeatureEncoder", "columns_of"]
