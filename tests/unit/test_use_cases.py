"""The use cases on fakes: what is computed once, what is kept, what is refused."""

import numpy as np
import pytest

from delay_core import load_schema
from delay_core.artifacts import has_bundle, read_bundle
from delay_core.errors import NoSuchModel, ServingChanged, SourceError, TrainingRefused
from delay_core.use_cases.predict import PredictOptions
from fakes.shipment_source import ShipmentSource
from support.fake_product import FakeProduct
from support.shipment_tables import raw_shipments

SCHEMA = load_schema("smart_logistics")


def new_product():
    return FakeProduct(ShipmentSource({"one": raw_shipments(1), "two": raw_shipments(2)}, chunk_rows=250))


@pytest.fixture
def product():
    return new_product()


@pytest.fixture(scope="module")
def finished_product():
    product = new_product()
    return product, product.pipeline(SCHEMA, "one", "m")


@pytest.fixture
def finished(finished_product):
    """A product after a pipeline, and what the pipeline returned."""
    product, result = finished_product
    return product.copy(), result


@pytest.fixture(scope="module")
def trained_product():
    product = new_product()
    return product, product.pipeline.train_version(SCHEMA, "one", "m").version


@pytest.fixture
def trained(trained_product):
    """A product that has registered a version and promoted none, and the version."""
    product, version = trained_product
    return product.copy(), version


def test_second_pipeline_run__computes_nothing(finished):
    product, first = finished
    steps = list(product.progress.steps)
    assert steps[0] == "Ingesting one"
    second = product.pipeline(SCHEMA, "one", "m")
    assert first.computed
    assert not second.computed
    assert product.progress.steps == steps
    assert (second.trained, second.version, second.predicted) == (first.trained, first.version, first.predicted)
    assert second.decision is None


def test_pipeline_without_changes__creates_no_expensive_adapter(finished):
    product, _ = finished
    assert {"RegressionSolver", "ModelRuntime", "EvaluationPlots", "ModelCardRenderer"} <= set(product.created)
    product.created.clear()

    product.pipeline(SCHEMA, "one", "m")

    assert product.created == []


def test_pipeline__trains_again_if_the_bundle_is_gone_from_the_store(finished):
    product, first = finished
    del product.store._sets["bundles", first.version.digest]

    second = product.pipeline(SCHEMA, "one", "m")

    assert second.computed
    assert (second.version, second.predicted) == (first.version, first.predicted)
    assert has_bundle(product.store, first.version.digest)


def test_bundle__holds_a_sample_of_the_test_rows_as_they_are_served(finished):
    product, result = finished

    reference = read_bundle(product.store, result.version.digest).reference
    assert len(reference) == result.prepared.windows["test"].rows
    assert "Temperature" in reference.columns
    assert "Asset_ID" not in reference.columns
    assert set(reference.columns["Traffic_Status"]) == {"Clear", "Detour", "Heavy"}
    start = result.prepared.windows["test"].start.replace(tzinfo=None)
    assert reference.prediction_points.min() >= np.datetime64(start)
    assert ((reference.probabilities > 0) & (reference.probabilities < 1)).all()
    assert 0 < reference.labels.mean() < 1


def test_same_table_at_another_path__is_the_same_input(product):
    product.source.tables["copy"] = product.source.tables["one"]
    first, copy = (product.ingest(SCHEMA, url).report for url in ("one", "copy"))
    assert copy.address == first.address


def test_rows__are_in_at_most_one_split(product):
    ingested = product.ingest(SCHEMA, "one").report
    prepared = product.preprocess(SCHEMA, ingested).report
    in_parts = sum(window.rows for window in prepared.windows.values())
    assert in_parts + prepared.purged + prepared.open == ingested.rows.accepted
    assert prepared.open == ingested.open
    assert sum(prepared.left_out.values()) == prepared.purged + prepared.open


def test_a_column_that_repeats_another__is_reported_and_not_trained_on(product):
    columns = {**SCHEMA.columns, "Repeated": SCHEMA.columns["Humidity"].model_copy(update={"aliases": ()})}
    rows = raw_shipments(1)
    product.source.tables["repeated"] = rows.assign(Repeated=rows["Humidity"])
    result = product.pipeline(SCHEMA.model_copy(update={"columns": columns}), "repeated", "m")
    assert ("Humidity", "Repeated") in result.ingested.equal_columns
    assert result.prepared.refused["Repeated"] == "repeats Humidity in all rows"
    assert "Humidity" in result.prepared.made_from
    assert "Repeated" not in result.prepared.made_from


def test_table_of_invalid_rows__is_quarantined_with_reasons(product):
    product.source.tables["bad"] = raw_shipments(1, 30).assign(Latitude="north")
    for _ in range(2):
        with pytest.raises(SourceError, match=r"none of 30 rows is accepted: Latitude: not a number \(30 rows\)"):
            product.ingest(SCHEMA, "bad")


def test_outcomes_of_one_class__are_refused(product):
    product.source.tables["calm"] = raw_shipments(1, 60).assign(Logistics_Delay="0")
    with pytest.raises(TrainingRefused, match="one class only"):
        product.preprocess(SCHEMA, product.ingest(SCHEMA, "calm").report)


def test_challenger_and_champion__are_compared_on_the_same_rows(finished):
    product, _ = finished
    result = product.pipeline(SCHEMA, "two", "m")
    assert result.decision.gain_over_champion is not None
    assert result.decision.compared_rows > 0
    assert result.champion.version == (2 if result.decision.action == "promoted" else 1)


def test_champion_with_other_columns__is_not_replaced_without_comparison(product):
    extra = SCHEMA.columns["Humidity"].model_copy(update={"aliases": ()})
    wider = SCHEMA.model_copy(update={"columns": {**SCHEMA.columns, "Extra": extra}})
    product.source.tables["wide"] = raw_shipments(1).assign(Extra="1.5")
    product.pipeline(wider, "wide", "m")
    result = product.pipeline(SCHEMA, "two", "m")
    assert result.decision.action == "refused"
    assert "the champion (version 1) needs columns that this schema does not have: Extra" in result.decision.reasons


def test_rollback__needs_an_earlier_version(product, finished):
    with pytest.raises(NoSuchModel, match="nothing to roll back"):
        product.rollback("m")
    product, _ = finished
    with pytest.raises(NoSuchModel, match="first that served"):
        product.rollback("m")


def test_predict_table__needs_no_outcome(finished):
    product, result = finished
    product.source.tables["new"] = raw_shipments(3, 40).drop(columns=["Logistics_Delay", "Asset_ID"])
    bundle = product.registry.load("m", result.champion.version)
    predicted = product.predict.table(bundle, "new").report
    assert predicted.rows.read == 40 == predicted.rows.accepted + predicted.rows.quarantined
    assert [row.probability for row in predicted.top] == sorted((r.probability for r in predicted.top), reverse=True)


def test_categories_that_training_had_not__are_noted_in_the_table_and_counted_in_the_report(finished):
    product, result = finished
    table = raw_shipments(3, 400).drop(columns=["Logistics_Delay", "Asset_ID"])
    table["Traffic_Status"] = ["HEAVY", *(f"Unseen {row}" for row in range(5)), *table["Traffic_Status"][6:]]
    product.source.tables["new"] = table
    bundle = product.registry.load("m", result.champion.version)

    predicted = product.predict.table(bundle, "new").report

    [unseen] = predicted.unseen
    assert (unseen.column, unseen.rows, unseen.examples) == ("Traffic_Status", 6, ("HEAVY", "Unseen 0", "Unseen 1"))
    notes = [note for part in product.predict.partitions(predicted) for note in part["notes"]]
    note = "Traffic_Status: value not seen in training; the unseen bucket answers for it"
    assert notes == [note] * 6 + [""] * 394
    assert result.predicted.unseen == ()


def test_preparation_and_training__are_the_first_steps_of_the_pipeline(product):
    prepared = product.pipeline.prepare(SCHEMA, "one")
    trained = product.pipeline.train_version(SCHEMA, "one", "m")
    result = product.pipeline(SCHEMA, "one", "m")
    assert prepared.computed
    assert trained.computed
    assert result.decision is not None
    assert (result.ingested, result.prepared) == (prepared.ingested, prepared.prepared)
    assert (result.trained, result.version) == (trained.trained, trained.version)
    assert not product.pipeline.train_version(SCHEMA, "one", "m").computed


def test_promote_version__decides_on_the_staged_version_or_on_that_of_a_number(trained):
    product, version = trained
    with pytest.raises(NoSuchModel, match="m has no version 7"):
        product.promote_version("m", 7)
    with pytest.raises(NoSuchModel, match="other has no version with the alias staging"):
        product.promote_version("other")

    result = product.promote_version("m", force=True)

    assert result.challenger == version
    assert result.decision.action == "promoted"
    assert product.promote_version("m", version.version).decision is None  # it serves already


def test_promote_version__needs_the_recorded_training(trained):
    product, version = trained
    product.registry._versions["m"] = [type(version)("m", 1, version.digest, "deleted run")]
    with pytest.raises(NoSuchModel, match="version 1 of m has no recorded training"):
        product.promote_version("m")


def test_predict_table__uses_the_version_that_serves(product, finished):
    with pytest.raises(NoSuchModel, match="no version of m has the alias production"):
        product.predict_table("m", "two", PredictOptions())
    product, result = finished
    predictions = product.predict_table("m", "two", PredictOptions())
    rows = sum(len(partition) for partition in predictions.partitions())
    assert (predictions.version, predictions.stale_since) == (result.champion, None)
    assert rows == predictions.report.rows.accepted > 0
    assert predictions.report.address in predictions.location


def test_read_model_history__lists_runs_versions_and_decisions(finished):
    product, result = finished
    history = product.read_model_history("m")
    assert [run.address for run in history.runs] == [result.trained.address]
    assert (history.versions, history.serving) == ([result.version], result.champion)
    assert history.decisions == [result.decision]
    assert product.read_model_history("unknown").runs == []


def test_promote_version_by_force__is_refused_where_another_version_began_to_serve(finished, monkeypatch):
    """Whoever forces has seen another champion; the gate decides against the new one."""
    product, _ = finished
    product.pipeline(SCHEMA, "two", "m")
    product.registry.set_alias("m", "production", 1)
    load = product.registry.load

    def set_by_hand(name, version):
        product.registry.set_alias("m", "production", 2)
        return load(name, version)

    monkeypatch.setattr(product.registry, "load", set_by_hand)
    with pytest.raises(ServingChanged, match="another change, to version 2 of m, came first"):
        product.promote_version("m", 2, force=True)
