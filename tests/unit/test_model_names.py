"""Names of models in words for people."""

import pytest

from delay_core.model_names import describe_model


@pytest.mark.parametrize(
    ("name", "words"),
    [("hist_gradient_boosting", "boosted trees"), ("random_forest", "random forest"), ("my_family", "my family")],
)
def test_model__has_words(name, words):
    assert describe_model(name) == words
