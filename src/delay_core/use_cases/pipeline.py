"""The pipeline: from a table to a promoted model, and predictions for the shipments that are still open."""

from collections.abc import Callable
from dataclasses import dataclass

from delay_core.ports.model_catalog import ModelVersion
from delay_core.ports.model_registry import ModelRegistry
from delay_core.promotion import Decision
from delay_core.reports import IngestReport, PredictReport, PreprocessReport, TrainReport
from delay_core.schema import ShipmentSchema
from delay_core.use_cases.ingest import Ingest
from delay_core.use_cases.predict import Predict
from delay_core.use_cases.preprocess import Preprocess
from delay_core.use_cases.promote import Promote
from delay_core.use_cases.register import Register
from delay_core.use_cases.train import Train


@dataclass(frozen=True)
class PipelineResult:
    """Everything that a run found. `predicted` is None while no version serves that reads this table."""

    schema: ShipmentSchema
    ingested: IngestReport
    prepared: PreprocessReport
    trained: TrainReport
    version: ModelVersion
    decision: Decision | None
    champion: ModelVersion | None
    predicted: PredictReport | None
    fresh: bool
    """Whether anything had to be computed, registered or decided."""


@dataclass(frozen=True)
class Pipeline:
    """The steps in their order; each is skipped where its output is there already.

    Steps come as factories: what a run that fails early never reaches is never made, nor its libraries loaded.
    """

    ingest: Callable[[], Ingest]
    preprocess: Callable[[], Preprocess]
    train: Callable[[], Train]
    register: Callable[[], Register]
    promote: Callable[[], Promote]
    predict: Callable[[], Predict]
    registry: Callable[[], ModelRegistry]
    alias: str

    def __call__(self, schema: ShipmentSchema, url: str, name: str) -> PipelineResult:
        """Run it on the table at `url`. Raises the steps' errors."""
        ingested = self.ingest()(schema, url)
        prepared = self.preprocess()(schema, ingested.report)
        trained = self.train()(schema, ingested.report, prepared.report)
        registry = self.registry()
        known = len(registry.versions(name))
        version = self.register()(name, ingested.report, prepared.report, trained.report)
        decision = self.promote()(version, prepared.report, trained.report)
        champion = registry.get_by_alias(name, self.alias)
        predicted = self._open_shipments(champion, schema, ingested.report)
        steps = (ingested.fresh, prepared.fresh, trained.fresh, predicted is not None and predicted[1])
        return PipelineResult(
            schema=schema,
            ingested=ingested.report,
            prepared=prepared.report,
            trained=trained.report,
            version=version,
            decision=decision,
            champion=champion,
            predicted=predicted[0] if predicted else None,
            fresh=any(steps) or len(registry.versions(name)) > known,
        )

    def _open_shipments(
        self, champion: ModelVersion | None, schema: ShipmentSchema, ingested: IngestReport
    ) -> tuple[PredictReport, bool] | None:
        if champion is None:
            return None
        bundle = self.registry().load(champion.name, champion.version)
        if not set(bundle.encoder.columns) <= set(schema.canonical_columns):
            return None
        step = self.predict().open_shipments(bundle, ingested)
        return step.report, step.fresh
