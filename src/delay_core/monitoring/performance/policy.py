"""The limits of the performance figures."""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class PerformancePolicy:
    """With fewer rows than `min_rows` there is no figure.

    An outcome counts when its row's deadline has passed; where a missing outcome means late, when `reporting_grace` has
    passed, too. Realized figures start when the outcomes of `min_settled_share` of the rows count. An estimate is not
    valid where more than `max_outside_share` of the rows lie outside the reference's support, or where reference rows
    have to stand for more than `max_density_ratio` rows of the window each.
    """

    min_rows: int = 200
    reporting_grace: timedelta = timedelta(days=1)
    min_settled_share: float = 0.5
    max_outside_share: float = 0.05
    max_density_ratio: float = 20.0
    seed: int = 0
