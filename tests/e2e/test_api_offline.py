"""Online as offline: for every row of the real tables the API answers what the batch path answers."""

import http.client
import json
from contextlib import closing

import numpy as np
import pandas as pd
import pytest

from delay_core import Predictor, load_schema
from delay_core.errors import ShipmentValidationError
from delay_core.features import to_arrays
from delay_core.ports.model_trainer import AVERAGE
from delay_core.validation import SHIPMENT_ID, SOURCE_ROW
from support.api_server import ApiServer, send
from support.real_models import FAMILIES, learned

BATCH = 500
ALONE = 100
"""Rows of each model that are sent one by one."""
TREES = ("hist_gradient_boosting", "random_forest")


@pytest.fixture(scope="module", params=["smart_logistics", "scms"])
def real(request, tmp_path_factory):
    path = request.getfixturevalue(request.param)
    return learned(load_schema(request.param), path, tmp_path_factory.mktemp(request.param) / "data")


@pytest.fixture(scope="module")
def server(real):
    data = real.container.settings().data
    variables = {"MODEL_NAME": real.name, "DELAY_PREDICTION_LOG": "false"}  # which would write 30,000 rows
    with ApiServer.start(type(real.path)(data), "--schema", real.schema.name, **variables) as started:
        yield started


def as_text(real):
    """Each row as the file has it: text under the file's names."""
    return real.raw().to_dict("records")


def as_typed(real):
    """The same with numbers as numbers, and nothing where nothing stands."""
    numeric = {header for header in real.raw() if real.schema.columns[real.schema.aliases[header]].role == "numeric"}
    return [{name: typed(value, name in numeric) for name, value in record.items()} for record in as_text(real)]


def typed(value, numeric):
    try:
        return json.loads(value) if numeric else value or None
    except ValueError:  # a word that says why there is no number
        return value or None


def as_guessed(real):
    """The rows as pandas guesses a CSV file's types: what a client's three lines of Python send."""
    table = pd.read_csv(real.path, encoding=real.schema.source.encoding)
    return [
        {name: None if value is None or value != value else value for name, value in record.items()}  # noqa: PLR0124
        for record in table.astype(object).to_dict("records")
    ]


@pytest.mark.parametrize("form", [as_text, as_typed, as_guessed])
def test_features__equal_the_batch_path_bit_for_bit(real, form):
    accepted = real.validated().accepted
    predictor = Predictor(next(iter(real.bundles.values())), real.container.modeling.runtime())
    offline = predictor.bundle.encoder.encode_table(accepted)
    records = form(real)
    requests = [[records[row - 1]] for row in accepted[SOURCE_ROW]]
    batch = predictor.parse(requests)
    assert not any(isinstance(result, ShipmentValidationError) for result in batch.results)
    online = predictor.bundle.encoder.encode(batch.shipments.columns)
    assert online.dtype == offline.dtype == np.float32
    assert online.tobytes() == offline.tobytes()
    one_by_one = [predictor.bundle.encoder.encode(predictor.parse([one]).shipments.columns) for one in requests[:ALONE]]
    assert np.concatenate(one_by_one).tobytes() == offline[:ALONE].tobytes()
    assert set(predictor.bundle.encoder.columns) <= set(to_arrays(accepted, accepted.columns))


@pytest.mark.parametrize("family", [*FAMILIES, AVERAGE])
def test_probabilities__equal_the_batch_use_case(real, server, family):
    real.point(family)
    assert server.post("/admin/reload", {}).status == 200
    table, quarantined = real.batch(family)
    assert quarantined == []
    records = as_text(real)
    requests = [records[row - 1] for row in table[SOURCE_ROW]]
    with closing(http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)) as connection:
        many = [predict(connection, requests[at : at + BATCH]) for at in range(0, len(requests), BATCH)]
        alone = [predict(connection, record) for record in requests[:: len(requests) // ALONE]]
    assert {answer["bundle_digest"] for answer in many + alone} == {real.bundles[family].digest}
    online = np.concatenate([answer["probability"] for answer in many])
    one_by_one = np.array([answer["probability"] for answer in alone])
    same(family, online, table["probability"].to_numpy())
    same(family, one_by_one, table["probability"].to_numpy()[:: len(requests) // ALONE])
    if real.schema.key:
        assert [one for answer in many for one in answer["shipment_id"]] == table[SHIPMENT_ID].tolist()
    if family in TREES:
        for field in ("prediction", "label_set", "expected_saving"):
            assert [one for answer in many for one in answer[field]] == table[field].tolist()


def predict(connection, data):
    answer = send(connection, "POST", "/predict", {"data": data}, {})
    assert answer.status == 200, answer.body[:500]
    return answer.json()


def same(family, online, offline):
    if family in TREES:
        assert online.tobytes() == offline.tobytes()
    else:
        np.testing.assert_allclose(online, offline, rtol=0, atol=1e-6)


BREAKS = {
    "smart_logistics": {"Humidity": "140", "Timestamp": "soon", "Latitude": "", "Waiting_Time": "1_0"},
    "scms": {"Line Item Quantity": "-1", "Scheduled Delivery Date": "2014-31-31", "Country": "", "Pack Price": "x"},
}


def test_refused_requests__are_the_rows_that_the_batch_path_quarantines(real, server, tmp_path):
    table = real.raw().iloc[:BATCH].copy()
    for number, (column, value) in enumerate(BREAKS[real.schema.name].items()):
        table.loc[table.index[number::60], column] = value
    path = tmp_path / "broken.csv"
    table.to_csv(path, index=False, encoding=real.schema.source.encoding)
    family = next(iter(FAMILIES))
    _, quarantined = type(real)(real.schema, path, real.container, real.bundles).batch(family)
    assert len(quarantined) >= 30
    records = table.to_dict("records")
    refusal = server.post("/predict", {"data": records})
    assert refusal.status == 422
    assert sorted({error["shipment"] for error in refusal.json()["errors"]}) == sorted(quarantined)
    good = [record for row, record in enumerate(records, 1) if row not in quarantined]
    assert server.post("/predict", {"data": good}).status == 200
    with closing(http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)) as connection:
        alone = [send(connection, "POST", "/predict", {"data": record}, {}).status for record in records]
    assert [row for row, status in enumerate(alone, 1) if status == 422] == sorted(quarantined)
