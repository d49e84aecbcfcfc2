"""Every DriftReportRenderer: a page on its own that names the columns."""

import re

import numpy as np
import pytest

from fakes import drift_report_renderer as fake
from support.lazy_module import LazyModule

evidently = LazyModule("adapters.evidently")


@pytest.fixture(params=["fake", pytest.param("evidently", marks=pytest.mark.real)])
def renderer(request):
    return fake.DriftReportRenderer() if request.param == "fake" else evidently.DriftReportRenderer()


def test_page__names_the_columns_and_loads_nothing(renderer):
    draw = np.random.default_rng(0)
    reference, window = (
        {
            "Temperature": np.where(draw.random(rows) < 0.1, np.nan, draw.normal(size=rows)),
            "Traffic": draw.choice(["clear", None], rows),
        }
        for rows in (300, 200)
    )

    page = renderer.render(reference, window).decode()

    assert "<html" in page
    assert "Temperature" in page
    assert "Traffic" in page
    assert not re.findall(r'<(?:script|link|img|iframe)[^>]*(?:src|href)="http[^"]*"', page)
