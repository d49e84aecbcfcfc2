"""Charts have a text for those who do not see them."""

import pytest

from entrypoints.ui.charts import BLUE, GRAY, ORANGE, FigurePoint, SharePoint, calibration_chart, time_chart
from support.ui_samples import NOW


def luminance(color):
    channels = [int(color[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return sum(weight * value for weight, value in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


@pytest.mark.parametrize("color", [BLUE, ORANGE, GRAY])
@pytest.mark.parametrize("page", ["#ffffff", "#0e1117"], ids=["light", "dark"])
def test_colors__have_enough_contrast_on_both_themes(color, page):
    lighter, darker = sorted((luminance(color), luminance(page)), reverse=True)
    assert (lighter + 0.05) / (darker + 0.05) >= 3


def test_calibration_chart__says_its_points():
    chart = calibration_chart([SharePoint("70 to 80 %", 0.75, 0.7, 0.6, 0.8, 40)]).to_dict()
    assert chart["description"] == "Share that came late by predicted probability: predicted 75%, came late 70%"


def test_time_chart__says_its_points_and_distinguishes_series_by_shape():
    points = [FigurePoint(NOW, "realized", 0.25, 0.2, 0.3), FigurePoint(NOW, "predicted", 0.2)]
    chart = time_chart(points, "late rate", {"realized": BLUE, "predicted": ORANGE}, percent=True).to_dict()
    assert chart["description"] == "late rate over time: 2026-03-02 realized 25%; 2026-03-02 predicted 20%"
    assert any("shape" in layer["encoding"] for layer in chart["layer"])
