"""The use cases on fakes: what is computed once, what is kept, what is refused."""

import pytest

from delay_core import load_schema
from delay_core.errors import NoSuchModel, SourceError, TrainingRefused
from delay_core.promotion import GatePolicy
from delay_core.splits import SplitPolicy
from delay_core.use_cases.ingest import Ingest
from delay_core.use_cases.pipeline import Pipeline
from delay_core.use_cases.predict import Predict
from delay_core.use_cases.preprocess import Preprocess
from delay_core.use_cases.promote import Promote
from delay_core.use_cases.register import Register
from delay_core.use_cases.rollback import Rollback
from delay_core.use_cases.train import Train
from fakes import (
    artifact_store,
    experiment_tracker,
    explainer,
    ground_truth,
    leakage_probe,
    model_card_renderer,
    model_registry,
    model_runtime,
    model_trainer,
    plots,
    progress,
    promotion_log,
    regression_solver,
    shipment_source,
    table_codec,
)
from support.shipment_tables import raw_shipments

SCHEMA = load_schema("smart_logistics")


class Product:
    """Every use case on one set of fakes."""

    def __init__(self):
        self.source = shipment_source.ShipmentSource({"one": raw_shipments(1), "two": raw_shipments(2)}, chunk_rows=250)
        self.store, self.codec, self.progress = (
            artifact_store.ArtifactStore(),
            table_codec.TableCodec(),
            progress.Progress(),
        )
        self.registry, self.log = model_registry.ModelRegistry(), promotion_log.PromotionLog()
        self.tracker = experiment_tracker.ExperimentTracker()
        self.provided: list[str] = []
        runtime = self.provider(model_runtime.ModelRuntime())
        explainers = self.provider(explainer.ModelExplainer())
        kept = {"store": self.store, "codec": self.codec}
        self.ingest = Ingest(source=self.source, progress=self.progress, **kept)
        self.preprocess = Preprocess(progress=self.progress, policy=SplitPolicy(), **kept)
        self.train = Train(
            trainer=model_trainer.ModelTrainer(), solver=self.provider(regression_solver.RegressionSolver()),
            runtime=runtime, explainer=explainers, probe=self.provider(leakage_probe.LeakageProbe()),
            oracle=self.provider(ground_truth.GroundTruth({})), pictures=self.provider(plots.EvaluationPlots()),
            page=self.provider(model_card_renderer.ModelCardRenderer()), progress=self.progress, trials=4, seed=0,
            **kept,
        )  # fmt: skip
        self.register = Register(store=self.store, tracker=self.tracker, registry=self.registry, progress=self.progress)
        self.promote = Promote(
            registry=self.registry, log=self.log, runtime=runtime, policy=GatePolicy(),
            alias="production", seed=0, **kept,
        )  # fmt: skip
        self.predict = Predict(
            source=self.source, runtime=runtime, explainer=explainers, progress=self.progress, **kept
        )
        self.pipeline = Pipeline(
            ingest=lambda: self.ingest, preprocess=lambda: self.preprocess, train=lambda: self.train,
            register=lambda: self.register, promote=lambda: self.promote, predict=lambda: self.predict,
            registry=lambda: self.registry, alias="production",
        )  # fmt: skip
        self.rollback = Rollback(registry=self.registry, log=self.log, alias="production")

    def provider(self, adapter):
        """Hands the adapter over, and notes that somebody asked for it."""

        def provide():
            self.provided.append(type(adapter).__name__)
            return adapter

        return provide


@pytest.fixture
def product():
    return Product()


def test_a_pipeline_run_twice_computes_once(product):
    first = product.pipeline(SCHEMA, "one", "m")
    steps = list(product.progress.steps)
    second = product.pipeline(SCHEMA, "one", "m")
    assert first.fresh
    assert not second.fresh
    assert product.progress.steps == steps
    assert (second.trained, second.version, second.predicted) == (first.trained, first.version, first.predicted)
    assert second.decision is None


def test_a_pipeline_with_nothing_to_do__asks_for_no_library(product):
    product.pipeline(SCHEMA, "one", "m")
    assert {"RegressionSolver", "ModelRuntime", "EvaluationPlots", "ModelCardRenderer"} <= set(product.provided)
    product.provided.clear()

    product.pipeline(SCHEMA, "one", "m")

    assert product.provided == []


def test_the_same_table_elsewhere_is_the_same_input(product):
    product.source.tables["copy"] = product.source.tables["one"]
    first, copy = (product.ingest(SCHEMA, url).report for url in ("one", "copy"))
    assert copy.address == first.address


def test_every_row_is_in_one_part_or_none(product):
    ingested = product.ingest(SCHEMA, "one").report
    prepared = product.preprocess(SCHEMA, ingested).report
    in_parts = sum(window.rows for window in prepared.windows.values())
    assert in_parts + prepared.purged + prepared.open == ingested.rows.accepted
    assert prepared.open == ingested.open


def test_rows_that_are_all_bad_are_kept_with_their_reasons(product):
    product.source.tables["bad"] = raw_shipments(1, 30).assign(Latitude="north")
    for _ in range(2):
        with pytest.raises(SourceError, match=r"none of 30 rows is accepted: Latitude: not a number \(30 rows\)"):
            product.ingest(SCHEMA, "bad")


def test_outcomes_of_one_class_train_nothing(product):
    product.source.tables["calm"] = raw_shipments(1, 60).assign(Logistics_Delay="0")
    with pytest.raises(TrainingRefused, match="one class only"):
        product.preprocess(SCHEMA, product.ingest(SCHEMA, "calm").report)


def test_a_challenger_is_compared_with_the_champion_on_the_same_rows(product):
    product.pipeline(SCHEMA, "one", "m")
    result = product.pipeline(SCHEMA, "two", "m")
    assert result.decision.gain_over_champion is not None
    assert result.decision.compared_rows > 0
    assert result.champion.version == (2 if result.decision.action == "promoted" else 1)


def test_a_champion_that_needs_other_columns_is_not_replaced_unseen(product):
    extra = SCHEMA.columns["Humidity"].model_copy(update={"aliases": ()})
    wider = SCHEMA.model_copy(update={"columns": {**SCHEMA.columns, "Extra": extra}})
    product.source.tables["wide"] = raw_shipments(1).assign(Extra="1.5")
    product.pipeline(wider, "wide", "m")
    result = product.pipeline(SCHEMA, "two", "m")
    assert result.decision.action == "refused"
    assert "the champion (version 1) needs Extra: not comparable" in result.decision.reasons


def test_rollback_needs_a_version_that_served_before(product):
    with pytest.raises(NoSuchModel, match="nothing to roll back"):
        product.rollback("m")
    product.pipeline(SCHEMA, "one", "m")
    with pytest.raises(NoSuchModel, match="first that served"):
        product.rollback("m")


def test_predictions_of_a_table_need_no_outcome(product):
    result = product.pipeline(SCHEMA, "one", "m")
    product.source.tables["new"] = raw_shipments(3, 40).drop(columns=["Logistics_Delay", "Asset_ID"])
    bundle = product.registry.load("m", result.champion.version)
    predicted = product.predict.table(bundle, "new").report
    assert predicted.rows.read == 40 == predicted.rows.accepted + predicted.rows.quarantined
    assert [row.probability for row in predicted.top] == sorted((r.probability for r in predicted.top), reverse=True)
