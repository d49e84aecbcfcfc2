"""The figures that judge models."""

from adapters.model.metrics import ScoringMetrics

__all__ = ["ScoringMetrics"]
