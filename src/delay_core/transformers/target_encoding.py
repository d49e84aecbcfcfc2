"""Historical late rates by key: target encoding that uses only outcomes known before the day of the prediction."""

from abc import abstractmethod
from collections.abc import Sequence
from functools import cached_property
from typing import Literal, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, field_validator

from delay_core.reserved_names import KNOWN_AT, LATE
from delay_core.transformers.base import Columns, FeatureTransformer, Matrix
from delay_core.transformers.outcome_history import GLOBAL_KEY, OutcomeHistory, OutcomeSearch, day_of, list_keys

SMOOTHING_ROWS = 20
"""The rate of all shipments has the weight of this many outcomes of the key."""


class OutcomeFeature(FeatureTransformer):
    """A number computed from the outcomes of shipments that share a key, known before the day of the prediction.

    The history ends with the rows that the encoder was fitted on, in training and in serving alike.
    """

    name: str
    keys: tuple[str, ...] = Field(alias="by")
    prediction_point: str = Field(alias="point")
    history: OutcomeHistory

    @property
    def columns(self) -> tuple[str, ...]:
        return (*self.keys, self.prediction_point)

    @property
    def names(self) -> tuple[str, ...]:
        return (self.name,)

    @property
    def histories(self) -> tuple[tuple[tuple[str, ...], OutcomeHistory], ...]:
        """The histories that the feature is computed from, each with the columns of its keys."""
        return ((self.keys, self.history),)

    @staticmethod
    @abstractmethod
    def compute(rows: NDArray[np.float64], late: NDArray[np.float64]) -> NDArray[np.float64]:
        """The values [features, rows] from outcomes, and late ones among them, [histories, features, rows] each."""

    def encode(self, columns: Columns, out: Matrix) -> None:
        self._block.encode(columns, out)

    @cached_property
    def _block(self) -> "OutcomeBlock":
        return OutcomeBlock([(self, 0)])


class OutcomeBlock:
    """All features of one class of an encoder together: the same bits as one by one."""

    def __init__(self, positioned: Sequence[tuple[OutcomeFeature, int]]) -> None:
        """`positioned` holds each feature with the position of its column in the matrix."""
        features = [feature for feature, _ in positioned]
        by_kind = list(zip(*(feature.histories for feature in features), strict=True))
        self._keys = [keys for of_features in by_kind for keys, _ in of_features]
        self._search = OutcomeSearch([history for of_features in by_kind for _, history in of_features])
        self._shape = len(by_kind), len(features)
        [self._prediction_point] = {feature.prediction_point for feature in features}
        self._compute = features[0].compute
        self._positions = np.array([position for _, position in positioned])

    def encode(self, columns: Columns, matrix: Matrix) -> None:
        """Write the features to their columns of the whole matrix [rows, features]."""
        days = day_of(columns[self._prediction_point])
        keys = {names: list_keys(columns, names, len(days)) for names in self._keys}
        rows, late = self._search.before([keys[names] for names in self._keys], days)
        shape = *self._shape, len(days)
        matrix.T[self._positions] = self._compute(rows.reshape(shape), late.reshape(shape))


class HistoricalLateRate(OutcomeFeature):
    """The smoothed late rate of shipments that share a key: few outcomes draw it to the rate of all shipments."""

    kind: Literal["late_rate"] = "late_rate"
    source_name: str = Field(alias="made_from")
    overall: OutcomeHistory = Field(alias="everything")

    @field_validator("overall")
    @classmethod
    def _check_global_key(cls, overall: OutcomeHistory) -> OutcomeHistory:
        if others := [key for key in overall.keys if key != GLOBAL_KEY]:
            raise ValueError(f"counts all outcomes under the key {GLOBAL_KEY!r}, not under {others[0]!r}")
        return overall

    @classmethod
    def fit(cls, name: str, source_name: str, keys: tuple[str, ...], prediction_point: str, train: Columns) -> Self:
        """Count the known outcomes of the training rows by the values of the columns `keys`, and all of them."""
        is_known = ~np.isnan(train[LATE])
        days, late = day_of(train[KNOWN_AT][is_known]), train[LATE][is_known]
        return cls(
            name=name,
            source_name=source_name,
            keys=keys,
            prediction_point=prediction_point,
            history=OutcomeHistory.of_rows(keys, train),
            overall=OutcomeHistory.count(np.full(len(days), GLOBAL_KEY, dtype=object), days, late, 1),
        )

    @classmethod
    def of_category(cls, column: str, prediction_point: str, train: Columns) -> Self:
        """The late rate that accompanies the indicators of a categorical column."""
        return cls.fit(f"{column}: late rate so far", column, (column,), prediction_point, train)

    @property
    def source(self) -> str:
        return self.source_name

    @property
    def histories(self) -> tuple[tuple[tuple[str, ...], OutcomeHistory], ...]:
        return (*super().histories, ((), self.overall))

    @staticmethod
    def compute(rows: NDArray[np.float64], late: NDArray[np.float64]) -> NDArray[np.float64]:
        rate = (late[1] + 0.5) / (rows[1] + 1)
        smoothed: NDArray[np.float64] = (late[0] + SMOOTHING_ROWS * rate) / (rows[0] + SMOOTHING_ROWS)
        return smoothed
