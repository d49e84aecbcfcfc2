"""Steps of the pipeline that run apart: each starts from the digest of the output before it."""

from collections.abc import Callable
from dataclasses import dataclass

from delay_core.artifacts import INGESTED, PREPROCESSED, R, StepOutput, StepResult
from delay_core.errors import NoSuchModel, NoSuchOutput, SchemaError
from delay_core.ports.artifact_store import ArtifactStore
from delay_core.ports.model_catalog import ModelVersion
from delay_core.reports import IngestReport, PredictReport, PreprocessReport
from delay_core.schema import ShipmentSchema
from delay_core.use_cases.pipeline import Pipeline, PreparedTable, TrainedVersion
from delay_core.use_cases.predict import PredictOptions


@dataclass(frozen=True)
class StepsByDigest:
    """Reads the report of the step before, and runs the next one.

    Every method raises the errors of its step, NoSuchOutput if the store has no output at the digest, and SchemaError
    if that output was made with another schema.
    """

    store: ArtifactStore
    pipeline: Callable[[], Pipeline]

    def preprocess(self, schema: ShipmentSchema, ingested: str) -> StepResult[PreprocessReport]:
        """Split the rows of an ingested table, and fit the encoder."""
        report = self._read_ingested(schema, ingested)
        return self.pipeline().preprocess()(schema, report)

    def train(self, schema: ShipmentSchema, prepared: str, name: str) -> TrainedVersion:
        """Train on a preprocessed table, and register the result as a version of the model `name`."""
        report = self._read(PREPROCESSED, prepared, "preprocess")
        table = PreparedTable(self._read_ingested(schema, report.ingested), report, computed=False)
        return self.pipeline().train_prepared(schema, table, name)

    def predict_open(
        self, schema: ShipmentSchema, ingested: str, name: str, options: PredictOptions
    ) -> tuple[ModelVersion, StepResult[PredictReport]]:
        """Predict the rows of an ingested table without an outcome, by the version of `name` that serves.

        Raises NoSuchModel if no version serves, or it needs columns that the schema does not have.
        """
        report, pipeline = self._read_ingested(schema, ingested), self.pipeline()
        champion = pipeline.registry().get_by_alias(name, pipeline.alias)
        if champion is None:
            raise NoSuchModel(f"no version of {name} has the alias {pipeline.alias}; promote a version first")
        predicted = pipeline.predict_open(champion, schema, report, options)
        if predicted is None:
            raise NoSuchModel(
                f"version {champion.version} of {name} needs columns that schema {schema.name} does not have; promote "
                "a version that was trained with this schema"
            )
        return champion, predicted

    def _read_ingested(self, schema: ShipmentSchema, address: str) -> IngestReport:
        report = self._read(INGESTED, address, "ingest")
        if report.schema_digest != schema.digest:
            raise SchemaError(
                f"{report.source} was ingested with schema {report.schema_digest[:12]}…, and this is {schema.name} "
                f"{schema.digest[:12]}…; ingest the table again"
            )
        return report

    def _read(self, output: StepOutput[R], address: str, step: str) -> R:
        if not self.store.has(output.kind, address):
            raise NoSuchOutput(f"{output.location(self.store, address)} does not exist; run {step} again")
        return output.read_report(self.store, address)
