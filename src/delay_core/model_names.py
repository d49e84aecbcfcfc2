"""The models that a training compares, families and baselines, in words for people."""

_WORDS = {"hist_gradient_boosting": "boosted trees"}


def describe_model(name: str) -> str:
    """`boosted trees`; a model without words of its own by its name with spaces: `random forest`."""
    return _WORDS.get(name, name.replace("_", " "))
