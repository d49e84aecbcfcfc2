"""Plots as plain as can be: a strip of gray, one column per model, one dot per tenth; explanations as one row."""

import struct
import zlib
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from delay_core.ports import plots as port
from delay_core.reports import Importance

Labels = NDArray[np.int8]
Probabilities = Mapping[str, NDArray[np.float64]]
Gray = NDArray[np.uint8]


class EvaluationPlots(port.EvaluationPlots):
    def draw_calibration(self, labels: Labels, probabilities: Probabilities) -> bytes:
        return _png(_histograms(labels, probabilities))

    def draw_roc(self, labels: Labels, probabilities: Probabilities) -> bytes:
        return _png(_histograms(labels, probabilities) + 1)

    def draw_precision_recall(self, labels: Labels, probabilities: Probabilities) -> bytes:
        return _png(_histograms(labels, probabilities) + 2)

    def draw_importance(self, importances: Sequence[Importance]) -> bytes:
        return _png(_checksums([f"{importance.source} {importance.points}" for importance in importances]))

    def draw_dependence(self, source: str, values: Mapping[str, NDArray[Any]], points: NDArray[np.float64]) -> bytes:
        axes = (f"{name} {column.tolist()}" for name, column in values.items())
        return _png(_checksums([source, *map(str, points), *axes]))


def _histograms(labels: Labels, probabilities: Probabilities) -> Gray:
    columns = [np.histogram(p, 10, (0, 1), weights=1.0 + labels)[0] for p in probabilities.values()]
    return np.rint(255 * np.stack(columns, axis=1) / (2 * len(labels))).astype(np.uint8)


def _checksums(texts: Sequence[str]) -> Gray:
    return np.array([[zlib.crc32(text.encode()) % 256 for text in texts]], dtype=np.uint8)


def _png(gray: Gray) -> bytes:
    header = struct.pack(">IIBBBBB", gray.shape[1], gray.shape[0], 8, 0, 0, 0, 0)
    rows = b"".join(b"\0" + row.tobytes() for row in gray)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(rows)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in chunks
    )
