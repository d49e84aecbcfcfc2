"""The pipeline: from a table to a promoted model, and predictions for the shipments without an outcome."""

from collections.abc import Callable
from dataclasses import dataclass

from delay_core.artifacts import StepResult
from delay_core.data_interval import WHOLE_TABLE, DataInterval
from delay_core.ports.model_catalog import ModelVersion
from delay_core.ports.model_registry import ModelRegistry
from delay_core.promotion import Decision
from delay_core.reports import IngestReport, PredictReport, PreprocessReport, TrainReport
from delay_core.schema import ShipmentSchema
from delay_core.use_cases.ingest import Ingest
from delay_core.use_cases.predict import Predict, PredictOptions
from delay_core.use_cases.preprocess import Preprocess
from delay_core.use_cases.promote import Promote
from delay_core.use_cases.register import Register
from delay_core.use_cases.train import Train


@dataclass(frozen=True)
class PreparedTable:
    """The reports of the steps up to preprocessing."""

    ingested: IngestReport
    prepared: PreprocessReport
    computed: bool
    """Whether any step had to compute."""


@dataclass(frozen=True)
class TrainedVersion:
    """The reports of the steps up to registration, and the registered version."""

    ingested: IngestReport
    prepared: PreprocessReport
    trained: TrainReport
    version: ModelVersion
    computed: bool
    """Whether any step had to compute, or the version is new."""


@dataclass(frozen=True)
class PipelineResult:
    """The reports of all steps. `predicted` is None while no version serves that reads this table."""

    schema: ShipmentSchema
    ingested: IngestReport
    prepared: PreprocessReport
    trained: TrainReport
    version: ModelVersion
    decision: Decision | None
    champion: ModelVersion | None
    predicted: PredictReport | None
    computed: bool
    """Whether anything had to be computed or registered."""


@dataclass(frozen=True)
class Pipeline:
    """The steps in order; a step whose output exists is skipped.

    Steps are injected as factories: a run that fails early never creates the later ones, nor loads their libraries.
    Every method raises the errors of its steps.
    """

    ingest: Callable[[], Ingest]
    preprocess: Callable[[], Preprocess]
    train: Callable[[], Train]
    register: Callable[[], Register]
    promote: Callable[[], Promote]
    predict: Callable[[], Predict]
    registry: Callable[[], ModelRegistry]
    alias: str

    def prepare(self, schema: ShipmentSchema, url: str, interval: DataInterval = WHOLE_TABLE) -> PreparedTable:
        """Ingest and preprocess the rows of the table at `url` that are in the interval."""
        ingested = self.ingest()(schema, url, interval)
        prepared = self.preprocess()(schema, ingested.report)
        return PreparedTable(ingested.report, prepared.report, ingested.computed or prepared.computed)

    def train_version(self, schema: ShipmentSchema, url: str, name: str) -> TrainedVersion:
        """Prepare the table, train on it, and register the result as a version of the model `name`."""
        return self.train_prepared(schema, self.prepare(schema, url), name)

    def train_prepared(self, schema: ShipmentSchema, table: PreparedTable, name: str) -> TrainedVersion:
        """Train on a prepared table, and register the result as a version of the model `name`."""
        trained = self.train()(schema, table.ingested, table.prepared)
        before = len(self.registry().versions(name))
        version = self.register()(name, table.ingested, table.prepared, trained.report)
        is_new = len(self.registry().versions(name)) > before
        return TrainedVersion(
            table.ingested, table.prepared, trained.report, version, table.computed or trained.computed or is_new
        )

    def __call__(self, schema: ShipmentSchema, url: str, name: str) -> PipelineResult:
        """Train a version, let the gate decide on its promotion, and predict with the version that serves then."""
        challenger = self.train_version(schema, url, name)
        decision = self.promote()(challenger.version, challenger.prepared, challenger.trained)
        champion = self.registry().get_by_alias(name, self.alias)
        predicted = self.predict_open(champion, schema, challenger.ingested)
        return PipelineResult(
            schema=schema,
            ingested=challenger.ingested,
            prepared=challenger.prepared,
            trained=challenger.trained,
            version=challenger.version,
            decision=decision,
            champion=champion,
            predicted=predicted.report if predicted else None,
            computed=challenger.computed or (predicted is not None and predicted.computed),
        )

    def predict_open(
        self,
        champion: ModelVersion | None,
        schema: ShipmentSchema,
        ingested: IngestReport,
        options: PredictOptions | None = None,
    ) -> StepResult[PredictReport] | None:
        """Predict the shipments without an outcome; None if there is no champion, or it needs columns of others."""
        if champion is None:
            return None
        bundle = self.registry().load(champion.name, champion.version)
        if not set(bundle.encoder.columns) <= set(schema.canonical_columns):
            return None
        return self.predict().open_shipments(bundle, ingested, options or PredictOptions())
