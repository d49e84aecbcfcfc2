"""The logged predictions of a window as columns, by model version, read by the parser of each version's own schema."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from delay_core.digest import sha256_hex
from delay_core.features import Columns
from delay_core.groups import group_codes
from delay_core.monitoring.time_window import TimeWindow
from delay_core.parsing import NO_TIME
from delay_core.ports.prediction_log import LoggedPrediction
from delay_core.ports.prediction_reader import PredictionReader
from delay_core.request_parsing import RequestParser
from delay_core.schema import ShipmentSchema

Times = NDArray[np.datetime64]
_ARRAYS = ("probability", "predicted_at", "point", "deadline", "group")
"""The fields of served rows that are arrays."""


@dataclass(frozen=True, eq=False)
class ServedRows:
    """Predictions of one version in the order of the log; arrays [rows], times in UTC.

    `columns` are canonical. `deadline` is the moment at which every outcome of such a shipment can be known, late or
    not. Rows with equal `group` depend on each other; a group has the same number in every window. `window_rows` is
    more than the number of rows if these are a sample of the window.
    """

    schema_digest: str
    shipment_ids: list[str]
    columns: Columns
    probability: NDArray[np.float64]
    predicted_at: Times
    point: Times
    deadline: Times
    group: NDArray[np.int64]
    window_rows: int = 0

    def __len__(self) -> int:
        return len(self.shipment_ids)

    def select(self, rows: NDArray[np.int64]) -> "ServedRows":
        """The rows with these indices, in their order."""
        arrays: dict[str, Any] = {name: getattr(self, name)[rows] for name in _ARRAYS}
        columns = {name: values[rows] for name, values in self.columns.items()}
        return ServedRows(self.schema_digest, [self.shipment_ids[row] for row in rows], columns, **arrays)

    @property
    def first_predicted_at(self) -> datetime:
        """The time of the first prediction (UTC)."""
        moment: datetime = self.predicted_at.min().astype(datetime)
        return moment.replace(tzinfo=UTC)


@dataclass(frozen=True)
class ReadServedRows:
    """Reads the log. `parser_for` gives the parser of a version with a bundle digest, None if it cannot be monitored.

    Predictions without a probability or a shipment are left out. Of a version that made more than `max_rows` in the
    window, that many are read; with None, all of them.
    """

    predictions: PredictionReader
    model_name: str
    parser_for: Callable[[int, str], "VersionParser | None"]
    max_rows: int | None = None

    def __call__(self, window: TimeWindow) -> dict[int, ServedRows]:
        """The rows of each version that predicted in the window."""
        parts: defaultdict[int, list[ServedRows]] = defaultdict(list)
        parsers: dict[int, VersionParser] = {}
        window_rows, batches = self._read(window)
        for batch in batches:
            for (version, bundle_digest), predictions in group_by_version(batch).items():
                parser = self.parser_for(version, bundle_digest)
                if parser is not None:
                    parsers[version] = parser
                    parts[version].append(parser(predictions))
        served = {version: concat_rows(rows) for version, rows in sorted(parts.items())}
        return {
            version: replace(parsers[version].with_groups(rows), window_rows=window_rows.get(version, len(rows)))
            for version, rows in served.items()
            if len(rows)
        }

    def _read(self, window: TimeWindow) -> tuple[Mapping[int, int], Iterable[Sequence[LoggedPrediction]]]:
        """The sizes of the versions that are sampled, and the predictions."""
        if self.max_rows is None:
            return {}, self.predictions.read_window(window.start, window.end, self.model_name)
        sample = self.predictions.read_sample(window.start, window.end, self.model_name, self.max_rows)
        return {v: rows for v, rows in sample.window_rows.items() if rows > self.max_rows}, sample.batches


def group_by_version(batch: Sequence[LoggedPrediction]) -> dict[tuple[int, str], list[LoggedPrediction]]:
    """The predictions by version and bundle digest, without those that lack a probability or a shipment."""
    by_version: defaultdict[tuple[int, str], list[LoggedPrediction]] = defaultdict(list)
    for prediction in batch:
        if prediction.probability is not None and prediction.shipment_id is not None:
            by_version[prediction.model_version, prediction.bundle_digest].append(prediction)
    return by_version


class VersionParser:
    """Parses logged predictions by the schema of the version that made them."""

    def __init__(self, schema: ShipmentSchema) -> None:
        self.schema = schema
        self._parser = RequestParser(schema)

    def __call__(self, predictions: Sequence[LoggedPrediction]) -> ServedRows:
        """The rows that can be parsed; at least one prediction."""
        # Each is a request of its own: a shipment may be predicted twice, which no request may contain.
        batch = self._parser.parse_batch([[prediction.request_data] for prediction in predictions])
        kept, order = [], []
        for prediction, result in zip(predictions, batch.results, strict=True):
            if isinstance(result, slice):
                kept.append(prediction)
                order.append(result.start)
        rows = np.array(order, dtype=np.int64)
        columns = {name: values[rows] for name, values in batch.shipments.columns.items()}
        predicted_at = _times([prediction.predicted_at for prediction in kept])
        point = _times([prediction.point or prediction.predicted_at for prediction in kept])
        ids = [str(prediction.shipment_id) for prediction in kept]
        return ServedRows(
            predictions[0].schema_digest,
            ids,
            columns,
            np.array([prediction.probability for prediction in kept], dtype=np.float64),
            predicted_at,
            point,
            np.maximum(_deadlines(self.schema, columns, point), predicted_at),
            np.zeros(len(ids), dtype=np.int64),
        )

    def with_groups(self, rows: ServedRows) -> ServedRows:
        """The rows of a whole window, with their groups."""
        return replace(rows, group=_groups(self.schema, rows.columns, rows.shipment_ids))


def _times(moments: Sequence[Any]) -> Times:
    return np.array([moment.replace(tzinfo=None) for moment in moments], dtype="datetime64[us]")


def _deadlines(schema: ShipmentSchema, columns: Mapping[str, NDArray[Any]], point: Times) -> Times:
    """When every outcome can be known [rows]; without a promised date in the log, counted from the prediction point."""
    label = schema.label
    start: Times = point
    if label.kind == "dates":
        promised = columns.get(str(label.promised), np.full(len(point), NO_TIME)).astype("datetime64[us]")
        start = (np.where(np.isnat(promised), point, promised) + np.timedelta64(label.tolerance)).astype(point.dtype)
    deadlines: Times = (start + np.timedelta64(label.known_after)).astype("datetime64[us]")
    return deadlines


def _groups(schema: ShipmentSchema, columns: Columns, ids: Sequence[str]) -> NDArray[np.int64]:
    """Numbers [rows] of rows that share a shipment, or a value of the schema's group columns."""
    shared = [columns[name] for name in schema.group if name in columns]
    values = list(ids)
    if shared:
        values = [shipment if pd.isna(value) else value for value, shipment in zip(shared[0], ids, strict=True)]
    number_of = {value: int(sha256_hex(str(value).encode())[:15], 16) for value in set(values)}
    numbers = np.array([number_of[value] for value in values], dtype=np.int64)
    if not shared:
        return numbers
    codes = group_codes([pd.Series(ids, dtype=object), *(pd.Series(column, dtype=object) for column in shared)])
    smallest = np.full(int(codes.max()) + 1, np.iinfo(np.int64).max)
    np.minimum.at(smallest, codes, numbers)
    groups: NDArray[np.int64] = smallest[codes]
    return groups


def concat_rows(parts: Sequence[ServedRows]) -> ServedRows:
    """All rows, in the order of the parts; at least one part."""
    first, *others = parts
    if not others:
        return first
    arrays: dict[str, Any] = {name: np.concatenate([getattr(part, name) for part in parts]) for name in _ARRAYS}
    return ServedRows(
        parts[-1].schema_digest,
        [shipment_id for part in parts for shipment_id in part.shipment_ids],
        {name: np.concatenate([part.columns[name] for part in parts]) for name in first.columns},
        **arrays,
    )
