"""The calibration curve: do shipments said to be late at 30 % come late in 30 of 100 cases?"""

from collections.abc import Mapping

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator, PercentFormatter
from numpy.typing import NDArray

from adapters.matplotlib.calibration_bins import BINS, CalibrationBins, calibration_bins
from adapters.matplotlib.canvas import dress, label, legend, new_figure, png, reference, styles

_Z = 1.96


def draw_calibration(labels: NDArray[np.int8], probabilities: Mapping[str, NDArray[np.float64]]) -> bytes:
    """Late share over mean probability, bars for its 95 % interval; below, how many shipments got which probability."""
    figure = new_figure(height=7.2)
    curve, counts = figure.subplots(2, 1, sharex=True, height_ratios=[3.4, 1])
    top = 0.0
    for (name, given), style in zip(probabilities.items(), styles(), strict=False):
        bins = calibration_bins(labels, given)
        low, high = _interval(bins)
        curve.vlines(bins.mean, low, high, color=style.colour, linewidth=1.0, alpha=0.45)
        curve.plot(
            bins.mean,
            bins.late_share,
            color=style.colour,
            linestyle=style.dash,
            marker=style.marker,
            markersize=9 if len(bins.mean) == 1 else 6,
            markeredgecolor="white",
            linewidth=1.8,
            zorder=5 if len(bins.mean) == 1 else 3,  # a constant is one point: it would lie hidden
            clip_on=False,
            label=f"{label(name)}  (calibration error {bins.error:.3f})",
        )
        top = max(top, float(high.max()), float(given.max()))
    top = min(1.0, 1.06 * top)
    curve.plot([0, 1], [0, 1], **reference(), label="perfectly calibrated")
    rate = float(labels.mean())
    curve.axhline(rate, **{**reference(), "linestyle": ":"}, label=f"late rate {100 * rate:.1f} %")
    dress(curve, f"Calibration, in {BINS} bins of equal counts", "", "Late shipments in the bin (%), 95 % interval")
    curve.set(xlim=(0, top), ylim=(0, top))
    curve.yaxis.set_major_formatter(PercentFormatter(1, symbol=""))
    legend(figure, curve)
    _count(counts, probabilities, top)
    dress(counts, "", f"Predicted probability of being late (%); {len(labels):,} shipments", "Shipments")
    return png(figure)


def _count(axes: Axes, probabilities: Mapping[str, NDArray[np.float64]], top: float) -> None:
    """Histograms as outlines; a constant is a plain line, as its one high bar would flatten all others."""
    for given, style in zip(probabilities.values(), styles(), strict=False):
        if given.min() == given.max():
            axes.axvline(given[0], color=style.colour, linestyle=style.dash, linewidth=1.6)
        else:
            rows, edges = np.histogram(given, bins=40, range=(0, top))
            axes.stairs(rows, edges, color=style.colour, linestyle=style.dash, linewidth=1.4)
    axes.xaxis.set_major_formatter(PercentFormatter(1, symbol=""))
    axes.yaxis.set_major_locator(MaxNLocator(3, integer=True))
    axes.yaxis.set_major_formatter("{x:,.0f}")


def _interval(bins: CalibrationBins) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Wilson's 95 % interval of each late share."""
    n, p = bins.shipments, bins.late_share
    centre = (p + _Z**2 / (2 * n)) / (1 + _Z**2 / n)
    half = _Z / (1 + _Z**2 / n) * np.sqrt(p * (1 - p) / n + _Z**2 / (4 * n**2))
    return np.clip(centre - half, 0, p), np.clip(centre + half, p, 1)
