"""An anytime-valid test on the loss of the served probabilities, once outcomes are known."""

from delay_core.monitoring.loss_test.alternatives import ALTERNATIVES, Alternative, Harm
from delay_core.monitoring.loss_test.loss_test import DueOutcomes, LossEvidence, LossTest
from delay_core.monitoring.loss_test.start_mixture import StartMixture, start_weight
from delay_core.monitoring.loss_test.state import LossTestState
from delay_core.monitoring.loss_test.tolerance_band import ToleranceBand, fit_tolerance_band

__all__ = [
    "ALTERNATIVES", "Alternative", "DueOutcomes", "Harm", "LossEvidence", "LossTest", "LossTestState", "StartMixture",
    "ToleranceBand", "fit_tolerance_band", "start_weight",
]  # fmt: skip
