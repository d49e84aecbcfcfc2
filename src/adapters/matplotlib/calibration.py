"""The calibration curve: are 30 of 100 shipments late that are predicted to be late with a probability of 30 %?"""

from collections.abc import Mapping

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator, PercentFormatter
from numpy.typing import NDArray

from adapters.matplotlib.canvas import dress, label, legend, new_figure, png, reference, styles
from delay_core.evaluation import CalibrationBins, RankedRows, calibration_bins, wilson_bounds
from delay_core.evaluation.calibration_error import BINS, calibration_error


def draw_calibration(labels: NDArray[np.int8], probabilities: Mapping[str, NDArray[np.float64]]) -> bytes:
    """Above, the late share over the mean probability, with 95 % intervals; below, the histogram of probabilities."""
    figure = new_figure(height=7.2)
    curve, counts = figure.subplots(2, 1, sharex=True, height_ratios=[3.4, 1])
    top = 0.0
    for (name, predicted), style in zip(probabilities.items(), styles(), strict=False):
        bins = calibration_bins(labels, predicted)
        low, high = _interval(bins)
        curve.vlines(bins.mean, low, high, color=style.color, linewidth=1.0, alpha=0.45)
        curve.plot(
            bins.mean,
            bins.late_share,
            color=style.color,
            linestyle=style.dash,
            marker=style.marker,
            markersize=9 if len(bins.mean) == 1 else 6,
            markeredgecolor="white",
            linewidth=1.8,
            zorder=5 if len(bins.mean) == 1 else 3,  # a constant is a single point, which other lines would cover
            clip_on=False,
            label=f"{label(name)}  (calibration error {calibration_error(RankedRows(labels, predicted)):.3f})",
        )
        top = max(top, float(high.max()), float(predicted.max()))
    top = min(1.0, 1.06 * top)
    curve.plot([0, 1], [0, 1], **reference(), label="perfectly calibrated")
    rate = float(labels.mean())
    curve.axhline(rate, **{**reference(), "linestyle": ":"}, label=f"late rate {100 * rate:.1f} %")
    dress(curve, f"Calibration, in {BINS} bins of equal counts", "", "Late shipments in the bin (%), 95 % interval")
    curve.set(xlim=(0, top), ylim=(0, top))
    curve.yaxis.set_major_formatter(PercentFormatter(1, symbol=""))
    legend(figure, curve)
    _draw_histogram(counts, probabilities, top)
    dress(counts, "", f"Predicted probability of being late (%); {len(labels):,} shipments", "Shipments")
    return png(figure)


def _draw_histogram(axes: Axes, probabilities: Mapping[str, NDArray[np.float64]], top: float) -> None:
    """Histograms as outlines. A constant is a vertical line, because its one high bar would flatten all others."""
    for predicted, style in zip(probabilities.values(), styles(), strict=False):
        if predicted.min() == predicted.max():
            axes.axvline(predicted[0], color=style.color, linestyle=style.dash, linewidth=1.6)
        else:
            rows, edges = np.histogram(predicted, bins=40, range=(0, top))
            axes.stairs(rows, edges, color=style.color, linestyle=style.dash, linewidth=1.4)
    axes.xaxis.set_major_formatter(PercentFormatter(1, symbol=""))
    axes.yaxis.set_major_locator(MaxNLocator(3, integer=True))
    axes.yaxis.set_major_formatter("{x:,.0f}")


def _interval(bins: CalibrationBins) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Wilson's 95 % interval of each late share [bins]; it contains the share in spite of rounding."""
    low, high = wilson_bounds(bins.late_share, bins.rows)
    return np.clip(low, 0, bins.late_share), np.clip(high, bins.late_share, 1)
