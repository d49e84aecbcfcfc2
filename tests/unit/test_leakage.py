"""How certain it is that a column contains the answer."""

import numpy as np

from delay_core.leakage import auc_lower_bound


def test_few_rows__a_perfect_score_is_no_evidence():
    few, many = (np.repeat(np.array([0, 1], dtype=np.int8), n) for n in (6, 500))
    assert auc_lower_bound(1.0, few) < 0.95 < auc_lower_bound(1.0, many)
