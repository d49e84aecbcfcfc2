"""Features: the fitted encoder from canonical columns to the model's matrix."""

from delay_core.features.canonical import columns_of
from delay_core.features.encoder import FeatureEncoder

__all__ = ["FeatureEncoder", "columns_of"]
