"""Models compared on the same rows, all in all and slice by slice; the bootstrap keeps groups together."""

from delay_core.comparison.chance import chance_ece
from delay_core.comparison.draws import RESAMPLES
from delay_core.comparison.paired import Comparison, compare
from delay_core.comparison.sliced import compare_slices

__all__ = ["RESAMPLES", "Comparison", "chance_ece", "compare", "compare_slices"]
