"""Missing values of canonical columns."""

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray


def missing_values(values: NDArray[Any]) -> NDArray[np.bool_]:
    """Whether each value of a canonical column [rows] is missing."""
    return np.asarray(np.isnan(values) if values.dtype.kind == "f" else pd.isna(values))
