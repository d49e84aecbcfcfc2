"""Minimal plots: grey pixels, one column per model and one row per tenth; explanations as one row of pixels."""

import struct
import zlib
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from delay_core.ports import plots as port
from delay_core.reports import Importance


class EvaluationPlots(port.EvaluationPlots):
    """PNG files without a library."""

    def draw(self, labels: NDArray[np.int8], probabilities: Mapping[str, NDArray[np.float64]]) -> Mapping[str, bytes]:
        columns = [np.histogram(p, 10, (0, 1), weights=1.0 + labels)[0] for p in probabilities.values()]
        grey = np.rint(255 * np.stack(columns, axis=1) / (2 * len(labels))).astype(np.uint8)
        return {name: _png(grey + n) for n, name in enumerate(("calibration.png", "roc.png", "precision_recall.png"))}

    def draw_importance(self, importances: Sequence[Importance]) -> bytes:
        return _png(_grey([f"{importance.source} {importance.points}" for importance in importances]))

    def draw_dependence(self, source: str, values: Mapping[str, NDArray[Any]], points: NDArray[np.float64]) -> bytes:
        axes = (f"{name} {values_of_axis.tolist()}" for name, values_of_axis in values.items())
        return _png(_grey([source, *map(str, points), *axes]))


def _grey(texts: Sequence[str]) -> NDArray[np.uint8]:
    return np.array([[zlib.crc32(text.encode()) % 256 for text in texts]], dtype=np.uint8)


def _png(grey: NDArray[np.uint8]) -> bytes:
    header = struct.pack(">IIBBBBB", grey.shape[1], grey.shape[0], 8, 0, 0, 0, 0)
    rows = b"".join(b"\0" + row.tobytes() for row in grey)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(rows)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in chunks
    )
