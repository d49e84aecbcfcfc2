"""A picture of months: realized and estimated late rates."""

from collections.abc import Sequence

import numpy as np

from adapters.matplotlib.canvas import CONTRAST_COLOR, MAIN_COLOR, dress, legend, new_figure, png
from delay_core.monitoring.performance_result import PerformanceResult


def draw_months(months: Sequence[tuple[np.datetime64, PerformanceResult, bool]]) -> bytes:
    """A PNG image: late rates with 95 % intervals, of each month and whether its estimate is valid."""
    figure = new_figure(height=4.4)
    axes = figure.subplots()
    series = (
        ("realized", MAIN_COLOR, "o", -4, None),
        ("estimated", CONTRAST_COLOR, "s", 4, True),
        ("estimated", CONTRAST_COLOR, "s", 4, False),
    )
    for part, color, marker, offset, valid in series:
        points = [
            (
                start.astype("datetime64[D]") + np.timedelta64(15 + offset, "D"),
                getattr(result, part).figures["late_rate"],
            )
            for start, result, is_valid in months
            if getattr(result, part) is not None and valid in (None, is_valid)
        ]
        if not points:
            continue
        days = np.array([day for day, _ in points])
        axes.vlines(days, [e.low for _, e in points], [e.high for _, e in points], color=color, alpha=0.4, linewidth=1)
        name = part if valid is None else f"{part}, valid" if valid else f"{part}, not valid"
        fill = "none" if valid is False else color
        axes.plot(
            days, [e.value for _, e in points], marker, color=color, markerfacecolor=fill, markersize=5, label=name
        )
    axes.set_ylim(bottom=0)
    dress(axes, "scms by month, one model", "", "Late rate, 95 % interval")
    legend(figure, axes)
    return png(figure)
