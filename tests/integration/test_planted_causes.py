"""Explanations rank the planted causes of simulated delays first."""

import numpy as np
import pytest
from sklearn.ensemble import HistGradientBoostingClassifier
from threadpoolctl import threadpool_limits

from adapters.onnx import ModelExplainer, ModelRuntime
from adapters.simulator.causes import CAUSAL_COLUMNS
from adapters.sklearn.families.tree_ensemble import TreeEnsembleModel
from delay_core import FeatureEncoder
from delay_core.explanation import dependence_axes, explain, importances, reasons
from delay_core.features import to_arrays
from delay_core.validation import LATE, ShipmentValidator
from support.simulated import SCHEMA, table

EXPLAINED = 1_000


@pytest.fixture(scope="module")
def explained_rows():
    """Accepted rows, their features by the fitted encoder, and the explanation of a thousand of them."""
    accepted = ShipmentValidator(SCHEMA).validate(table("rows=20000&known_after_days=0")).accepted
    encoder = FeatureEncoder.fit(SCHEMA, to_arrays(accepted, accepted.columns))
    features = encoder.encode_table(accepted)
    boosting = HistGradientBoostingClassifier(max_iter=150, learning_rate=0.05, max_leaf_nodes=16, random_state=0)
    with threadpool_limits(1):  # two threads that spin at every barrier take a minute on a busy machine
        boosting.fit(features, accepted[LATE].to_numpy(dtype=np.int8))
    content = TreeEnsembleModel(boosting).to_onnx()
    some = np.linspace(0, len(features) - 1, EXPLAINED).astype(int)
    accepted, features = accepted.iloc[some], features[some]
    served = ModelRuntime().load(content, len(encoder.names)).late_probability(features)
    contributions = ModelExplainer().load(content, len(encoder.names)).contributions(features)
    explained = explain(contributions, encoder.sources, lambda probabilities: probabilities, served)
    return accepted, encoder, features, served, explained


def test_importance__ranks_simulated_causes_above_noise(explained_rows):
    *_, explained = explained_rows
    ranked = [importance.source for importance in importances(explained)]
    assert set(ranked[: len(CAUSAL_COLUMNS)]) == set(CAUSAL_COLUMNS)
    assert len(ranked) > len(CAUSAL_COLUMNS) + 5


def test_reasons__follow_the_simulated_effects(explained_rows):
    accepted, encoder, features, _, explained = explained_rows
    points = dict(zip(explained.sources, explained.points.T, strict=True))
    traffic = accepted["Traffic_Status"].to_numpy()
    medians = [np.median(points["Traffic_Status"][traffic == status]) for status in ("Clear", "Detour", "Heavy")]
    assert medians == sorted(medians)
    assert medians[2] - medians[0] > 25
    waiting = dependence_axes("Waiting_Time", SCHEMA, encoder, accepted, features)["Waiting_Time (min)"]
    assert np.corrcoef(waiting, points["Waiting_Time"])[0, 1] > 0.9
    hour = dependence_axes("Timestamp", SCHEMA, encoder, accepted, features)["hour (UTC)"]
    rush = np.isin(hour, (7, 8, 9, 16, 17, 18))
    assert points["Timestamp"][rush].mean() > points["Timestamp"][~rush].mean() + 5


def test_reasons__sum_to_the_prediction(explained_rows):
    accepted, encoder, features, served, explained = explained_rows
    for shipment_reasons, answer in zip(reasons(explained, SCHEMA, encoder, accepted, features), served, strict=True):
        total = explained.base + sum(reason.points for reason in shipment_reasons) / 100
        assert total == pytest.approx(answer, abs=1e-9)
