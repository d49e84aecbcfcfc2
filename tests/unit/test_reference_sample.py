"""The reference sample of a bundle: what it holds, how it is stored, and bundles without one."""

import numpy as np
import pytest

from delay_core import Bundle, load_schema
from delay_core.errors import BundleError
from delay_core.reference_sample import ReferenceSample, monitored_columns, reference_rows, without_free_text
from support.bundles import tiny_bundle


def sample(**changes):
    content = {
        "columns": {
            "Temperature": np.array([24.3, np.nan, 1 / 3, 1e300]),
            "Traffic_Status": np.array(["Heavy", None, "Clear", "Heavy"], dtype=object),
        },
        "probabilities": np.array([0.1, 0.2, 0.3, 0.4]),
        "labels": np.array([0, 1, 0, 1], dtype=np.int8),
        "prediction_points": np.arange("2024-01-01", "2024-01-05", dtype="datetime64[D]").astype("datetime64[us]"),
        "groups": np.array([7, 7, 9, 8]),
    }
    return ReferenceSample(**content | changes)


def files(bundle):
    return {name: content for name, content in bundle.files.items() if name != "manifest.json"}


def test_typical_values__are_the_middle_number_and_the_most_frequent_text():
    columns = sample().columns | {
        "Humidity": np.array([59.98765, 61.23456, 70.0, np.nan]),
        "Latitude": np.full(4, np.nan),
    }
    assert sample(columns=columns).typical_values == {
        "Temperature": 24.3,
        "Traffic_Status": "Heavy",
        "Humidity": 61.23,
    }


def test_round_trip__keeps_values_to_the_precision_of_float32():
    again = ReferenceSample.from_json(sample().to_json())

    assert again.columns["Temperature"][0] == 24.3  # as a request writes it, and not the float32 next to it
    np.testing.assert_allclose(again.columns["Temperature"], [24.3, np.nan, 1 / 3, 1e300], rtol=1e-7)
    assert again.columns["Traffic_Status"].tolist() == ["Heavy", None, "Clear", "Heavy"]
    assert again.labels.tolist() == [0, 1, 0, 1]
    assert (again.prediction_points == sample().prediction_points).all()
    assert again.groups.tolist() == [0, 0, 2, 1]
    assert again.to_json() == sample().to_json()


def test_sample_without_times_and_groups__stays_without_them():
    again = ReferenceSample.from_json(sample(prediction_points=None, groups=None).to_json())

    assert again.prediction_points is None
    assert again.groups is None


@pytest.mark.parametrize(
    "content", [b"[]", b"{}", sample().to_json().replace(b"[0,1,0,1]", b"[0,1]"), sample().to_json()[:-9]]
)
def test_other_content__is_refused(content):
    with pytest.raises(BundleError, match=r"reference\.json is not a reference sample"):
        ReferenceSample.from_json(content)


def test_rows__are_evenly_spaced_and_bounded():
    assert reference_rows(3, 10).tolist() == [0, 1, 2]
    assert len(reference_rows(1_000_000, 15)) == 5_000
    assert len(reference_rows(1_000_000, 500)) == 500
    assert set(np.diff(reference_rows(50_000, 15))) <= {10, 11}


def test_monitored_columns__are_features_without_personal_data():
    schema = load_schema("smart_logistics")
    column = schema.columns["Humidity"].model_copy(update={"pii": True})
    private = schema.model_copy(update={"columns": schema.columns | {"Humidity": column}})

    assert set(monitored_columns(schema)) - set(monitored_columns(private)) == {"Humidity"}
    assert {"Asset_ID", "Timestamp", "Shipment_Status", "Logistics_Delay"}.isdisjoint(monitored_columns(schema))


def test_free_text__is_left_out():
    names = np.array([f"Remark {number}" for number in range(300)], dtype=object)
    towns = np.array([f"Town {number % 140}" for number in range(300)], dtype=object)

    assert set(without_free_text({"remark": names, "town": towns, "weight": np.arange(300.0)})) == {"town", "weight"}


def test_bundle_of_format_3__has_its_reference_and_another_digest():
    old = tiny_bundle("good")
    new = Bundle.pack({**files(old), "reference.json": sample().to_json()})

    assert old.reference is None
    assert Bundle.from_files(new.files).reference.to_json() == sample().to_json()
    assert new.digest != old.digest


def test_bundle__is_refused_if_its_reference_is_missing_or_of_another_format():
    new = Bundle.pack({**files(tiny_bundle("good")), "reference.json": sample().to_json()})

    with pytest.raises(BundleError, match=r"format 3 has the files .*reference\.json"):
        Bundle.from_files({name: content for name, content in new.files.items() if name != "reference.json"})
    with pytest.raises(BundleError, match="format 2 has the files"):
        Bundle.from_files({**tiny_bundle("good").files, "reference.json": sample().to_json()})


def test_complete_bundles_of_both_formats__are_not_incomplete():
    old = set(tiny_bundle("good").files)

    assert not Bundle.is_incomplete(old)
    assert not Bundle.is_incomplete(old | {"reference.json"})
    assert Bundle.is_incomplete(old - {"model.onnx"})
    assert Bundle.is_incomplete((old - {"model.onnx"}) | {"reference.json"})
    assert not Bundle.is_incomplete((old - {"model.onnx"}) | {"other"})
