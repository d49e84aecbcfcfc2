"""The reference sample of a bundle, from test rows."""

import numpy as np
from numpy.typing import NDArray

from delay_core.features import Columns
from delay_core.reference_sample import ReferenceSample, without_free_text
from delay_core.schema import ShipmentSchema
from delay_core.training.datasets import EncodedDataset


def sample_reference(
    schema: ShipmentSchema, columns: Columns, rows: EncodedDataset, probabilities: NDArray[np.float64]
) -> ReferenceSample:
    """The sample of these test rows, their monitored columns and served probabilities, all [rows]."""
    times = rows.times if schema.prediction_point.column else None
    return ReferenceSample(without_free_text(columns), probabilities, rows.labels, times, rows.groups)
