"""The test of the share of missing values."""

import numpy as np
from scipy.special import chdtrc

from adapters.scipy.grouped_rows import Floats


def missing_p_values(reference: Floats, reference_variance: Floats, window: Floats, window_variance: Floats) -> Floats:
    """The p-value of each column [columns], from both shares and the variances of means of rows of variance 1."""
    share = (1 / window_variance) / (1 / window_variance + 1 / reference_variance)
    pooled = share * window + (1 - share) * reference
    spread = pooled * (1 - pooled)
    some = spread > 1e-12
    statistic = (window - reference) ** 2 / (np.where(some, spread, 1.0) * (window_variance + reference_variance))
    return np.where(some, chdtrc(1, statistic), 1.0)
