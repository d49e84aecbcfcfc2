"""Steps that start from the digest of the output before them, on fakes."""

import pytest

from delay_core import load_schema
from delay_core.errors import NoSuchModel, NoSuchOutput, SchemaError
from delay_core.use_cases.predict import PredictOptions
from fakes.shipment_source import ShipmentSource
from support.fake_product import FakeProduct
from support.shipment_tables import raw_shipments

SCHEMA = load_schema("smart_logistics")
OTHER = SCHEMA.model_copy(update={"version": 99})
OPTIONS = PredictOptions()


@pytest.fixture(scope="module")
def product():
    return FakeProduct(ShipmentSource({"table": raw_shipments(1, 200)}, chunk_rows=250))


@pytest.fixture(scope="module")
def ingested(product):
    return product.ingest(SCHEMA, "table").report.address


def test_steps_by_digest__give_what_the_pipeline_gives(product, ingested):
    prepared = product.steps_by_digest.preprocess(SCHEMA, ingested).report
    trained = product.steps_by_digest.train(SCHEMA, prepared.address, "m")
    again = product.pipeline.train_version(SCHEMA, "table", "m")
    assert (trained.trained, trained.version) == (again.trained, again.version)
    assert (trained.computed, again.computed) == (True, False)


def test_output_of_another_schema__is_refused(product, ingested):
    with pytest.raises(SchemaError, match=r"table was ingested with schema .*; ingest the table again"):
        product.steps_by_digest.preprocess(OTHER, ingested)


def test_missing_output__names_the_step_to_run_again(product, ingested):
    with pytest.raises(NoSuchOutput, match="run ingest again"):
        product.steps_by_digest.preprocess(SCHEMA, "0" * 64)
    with pytest.raises(NoSuchOutput, match="run preprocess again"):
        product.steps_by_digest.train(SCHEMA, ingested, "m")


def test_open_shipments__need_a_version_that_serves(product, ingested):
    with pytest.raises(NoSuchModel, match="no version of other has the alias production; promote a version first"):
        product.steps_by_digest.predict_open(SCHEMA, ingested, "other", OPTIONS)
