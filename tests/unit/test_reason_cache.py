"""The cache of reasons: bounded, of one version, without what nobody looks up."""

from entrypoints.api.serving.reasons import ReasonCache
from support.builders import logged_prediction
from support.explaining_predictor import ExplainingPredictor, serving_model


def test_full_cache__forgets_what_was_looked_up_first():
    first, second, third = (logged_prediction(number) for number in range(3))
    cache, model = ReasonCache(max_predictions=2), serving_model(ExplainingPredictor())
    cache.add(model, [first, second])
    cache.reasons(model, [first])

    cache.add(model, [third])

    ids = [one.prediction_id for one in (first, second, third)]
    assert cache.missing(model, ids) == [second.prediction_id]


def test_cached_reasons__are_those_that_were_computed():
    prediction = logged_prediction()
    cache, predictor = ReasonCache(), ExplainingPredictor()
    computed = cache.reasons(serving_model(predictor), [prediction])

    assert cache.reasons(serving_model(predictor), [prediction]) == computed
    assert predictor.explained == 1


def test_other_version__has_no_reasons_of_the_one_before():
    prediction = logged_prediction(bundle_digest="b" * 64)
    cache, predictor = ReasonCache(), ExplainingPredictor()
    before, after = serving_model(predictor), serving_model(predictor, 2, "c" * 64)
    cache.add(before, [prediction])

    assert cache.reasons(after, [prediction]) == {}
    assert cache.missing(before, [prediction.prediction_id]) == [prediction.prediction_id]


def test_reasons_that_nobody_looks_up__leave_the_memory():
    seconds = [0.0]
    erased, open_ = logged_prediction(1), logged_prediction(2)
    cache, model = ReasonCache(keep_seconds=60, clock=lambda: seconds[0]), serving_model(ExplainingPredictor())
    cache.add(model, [erased, open_])
    seconds[0] = 59.0
    cache.missing(model, [open_.prediction_id])
    seconds[0] = 61.0

    cache.drop_unused()

    assert cache.missing(model, [erased.prediction_id, open_.prediction_id]) == [erased.prediction_id]
