"""Bundles: verified before anything is parsed; nothing altered, missing or unexpected is loaded."""

import json
import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from delay_core import Bundle, FeatureEncoder, parse_schema
from delay_core.digest import canonical_json
from delay_core.errors import BundleError
from delay_core.transformers.one_hot import OneHotFeature
from support.bundles import tiny_bundle

GOOD = tiny_bundle("good")


def test_round_trip__keeps_the_digest():
    again = Bundle.from_files(GOOD.files)
    assert again.digest == GOOD.digest
    assert again.schema == GOOD.schema
    assert again.encoder == GOOD.encoder


def test_digest__depends_on_the_content():
    assert tiny_bundle("good").digest == GOOD.digest
    assert tiny_bundle("other").digest != GOOD.digest


@given(st.sampled_from(sorted(GOOD.files)), st.data())
def test_flipped_bit__is_refused(name, data):
    content = bytearray(GOOD.files[name])
    at = data.draw(st.integers(0, len(content) - 1))
    content[at] ^= 1 << data.draw(st.integers(0, 7))
    with pytest.raises(BundleError):
        Bundle.from_files({**GOOD.files, name: bytes(content)})


def test_changed_file__is_named():
    with pytest.raises(BundleError, match=r"encoder\.json was altered: its sha256 is .*, the manifest says"):
        Bundle.from_files({**GOOD.files, "encoder.json": GOOD.files["encoder.json"] + b" "})


class Bomb:
    """Unpickling it would fail the test."""

    def __reduce__(self):
        return (pytest.fail, ("a pickle was loaded",))


@pytest.mark.parametrize("name", sorted(GOOD.files))
def test_pickle__is_refused_unread(name):
    with pytest.raises(BundleError):
        Bundle.from_files({**GOOD.files, name: pickle.dumps(Bomb())})


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ({}, "missing .*manifest.json"),
        ({k: v for k, v in GOOD.files.items() if k != "model.onnx"}, "missing .*model.onnx"),
        ({**GOOD.files, "model.pkl": b"x"}, "unexpected .*model.pkl"),
        ({**GOOD.files, "manifest.json": b"[]"}, "not a manifest"),
        ({**GOOD.files, "manifest.json": canonical_json({"format": 9, "files": {}})}, "format 9"),
    ],
)
def test_other_files__are_refused(files, message):
    with pytest.raises(BundleError, match=message):
        Bundle.from_files(files)


def test_encoder_of_other_columns__is_refused_with_its_parts_and_what_it_may_read():
    files = {file: content for file, content in GOOD.files.items() if file != "manifest.json"}
    encoder = json.loads(files["encoder.json"])
    misspelt, label = (
        next(part for part in encoder["parts"] if part["column"] == name) for name in ("Temperature", "Traffic_Status")
    )
    misspelt["column"], label["column"] = "Temprature", "Logistics_Delay"
    message = (
        r"encoder\.json: parts\.\d+ \(numeric\) reads 'Temprature'; "
        r"parts\.\d+ \(categorical\) reads 'Logistics_Delay'; "
        r"an encoder of schema\.json \(smart_logistics, version \d+\) reads only .*'Temperature', "
    )
    with pytest.raises(BundleError, match=message):
        Bundle.pack({**files, "encoder.json": canonical_json(encoder)})


@pytest.mark.parametrize("column", ["receipt", "proof"])
def test_encoder_of_a_column_that_is_known_too_late__is_refused(column):
    """A group and an identifier are stored with an accepted shipment, but no prediction has them."""
    schema = parse_schema(
        """
        name: parcels
        version: 1
        prediction_point: {column: sent, stage: dispatch}
        label: {column: late}
        group: [receipt]
        columns:
          sent: {role: timestamp}
          carrier: {role: categorical}
          receipt: {role: categorical, available_at: delivered}
          proof: {role: identifier, available_at: delivered}
          late: {role: label, available_at: delivered}
        """,
        "parcels.yaml",
    )
    encoder = FeatureEncoder(transformers=(OneHotFeature(column=column, frequent=("a",), rare=(), indicator=False),))

    with pytest.raises(BundleError, match=rf"reads '{column}'; an encoder of .* reads only 'sent', 'carrier'$"):
        encoder.check_columns(schema)


@pytest.mark.parametrize("name", ["encoder.json", "schema.json"])
def test_inconsistent_content__is_refused_although_digests_match(name):
    files = {file: content for file, content in GOOD.files.items() if file != "manifest.json"}
    with pytest.raises(BundleError, match=name):
        Bundle.pack({**files, name: json.dumps({"x": 1}).encode()})
