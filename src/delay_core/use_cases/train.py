"""Train: select and calibrate a model on the validation split, fit it again, evaluate it once on the test split."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from delay_core import digest
from delay_core.artifacts import MODEL_CARD, TEST_PREDICTIONS, TRAINED, StepResult, has_bundle, write_bundle
from delay_core.bundle import Bundle
from delay_core.equal_columns import repeated_features
from delay_core.errors import TooFewOutcomes
from delay_core.evaluation import slice_columns
from delay_core.features import FeatureEncoder
from delay_core.leakage import LeakageFinding
from delay_core.ports.artifact_store import ArtifactStore
from delay_core.ports.explainer import ModelExplainer
from delay_core.ports.ground_truth import GroundTruth
from delay_core.ports.leakage_probe import LeakageProbe
from delay_core.ports.model_card_renderer import ModelCardRenderer
from delay_core.ports.model_runtime import ModelRuntime
from delay_core.ports.model_trainer import BASELINE, ModelTrainer
from delay_core.ports.plots import EvaluationPlots
from delay_core.ports.progress import Progress
from delay_core.ports.regression_solver import RegressionSolver
from delay_core.ports.table_codec import TableCodec
from delay_core.ports.worker_pool import WorkerPool
from delay_core.reference_sample import ReferenceSample, monitored_columns, reference_rows
from delay_core.reports import RECENT_RATE, IngestReport, PreprocessReport, TrainingResult, TrainReport
from delay_core.schema import ShipmentSchema
from delay_core.stored_table import PartitionWriter
from delay_core.training import (
    MAX_LEAKAGE_ROWS,
    ORACLE,
    EncodedDataset,
    FinalModel,
    HoldoutEvaluation,
    HoldoutExplanations,
    HoldoutResult,
    LeakageCheck,
    Search,
    SelectionResult,
    TrialCache,
    choose_calendar,
    draw_plots,
    evenly_spaced_rows,
    fit_final,
    pack_bundle,
    recent_late_rates,
    recent_rate_keys,
    sample_reference,
    select_model,
    time_folds,
)
from delay_core.use_cases.prepared_rows import PreparedRows
from delay_core.validation import LATE, SOURCE_ROW

VERSION = 13


@dataclass(frozen=True)
class Train:
    """Trains a bundle from a preprocessed table, without registering it. `trials` is the size of the search.

    Ports that only a new training needs are providers: if the output exists, their libraries are not loaded.
    """

    store: ArtifactStore
    codec: TableCodec
    trainer: ModelTrainer
    solver: Callable[[], RegressionSolver]
    runtime: Callable[[], ModelRuntime]
    explainer: Callable[[], ModelExplainer]
    probe: Callable[[], LeakageProbe]
    ground_truth: Callable[[], GroundTruth]
    plots: Callable[[], EvaluationPlots]
    card_renderer: Callable[[], ModelCardRenderer]
    pool: WorkerPool
    progress: Progress
    trials: int
    seed: int

    def card_at(self, trained: TrainReport) -> str:
        """The location of the model card as a page for a browser, to be shown to people."""
        return f"{TRAINED.location(self.store, trained.address)}/{MODEL_CARD}"

    def __call__(
        self, schema: ShipmentSchema, ingested: IngestReport, prepared: PreprocessReport
    ) -> StepResult[TrainReport]:
        """Train, unless the same training exists. For simulated sources, the true probabilities are evaluated too.

        Raises LeakageDetected, TooFewOutcomes if a split holds one class only, TrainingRefused if ONNX disagrees.
        """
        inputs = {
            "prepared": prepared.address,
            "trainer": self.trainer.fingerprint,
            "trials": self.trials,
            "seed": self.seed,
        }
        address = digest.step_address("train", VERSION, inputs)
        rows = PreparedRows(self.store, self.codec, prepared)

        def train() -> None:
            self._train(_Inputs(schema, ingested, prepared, rows, rows.encoder), address)

        result = TRAINED.get_or_compute(self.store, address, train)
        if has_bundle(self.store, result.report.bundle):
            return result
        train()  # somebody deleted the bundle, but not the report
        return StepResult(result.report, computed=True)

    def _train(self, inputs: "_Inputs", address: str) -> None:
        rows, source_rows = inputs.rows.encoded(inputs.encoder, "train", "validation")
        _require_both_classes("train and validation splits", rows)
        leakage = self._check_leakage(inputs, rows, source_rows)
        search = self._search(inputs)
        calendar = choose_calendar(search, inputs.encoder)
        selection = select_model(search.without(calendar.left_out), self.trials, self.solver())
        if calendar.left_out:
            encoder = inputs.encoder.without_calendar(calendar.left_out)
            rows = rows.with_features([inputs.encoder.names.index(name) for name in encoder.names])
            inputs = replace(inputs, encoder=encoder)
        self.progress.step("Fitting the final model and evaluating it on the test rows")
        model = fit_final(self.trainer, self.runtime(), selection.winner, selection.members, rows, self.seed)
        scored = self._score(inputs, selection, model)
        holdout = self._evaluate(inputs, selection, scored)
        explanations = self._explain(inputs, selection, model, scored)
        result = TrainingResult(
            schema=inputs.schema,
            ingested=inputs.ingested,
            prepared=inputs.prepared,
            trainer=self.trainer.fingerprint,
            seed=self.seed,
            leakage=leakage,
            trials=selection.trials,
            best=selection.best,
            winner=selection.winner,
            members=selection.members,
            validation=selection.validation,
            calendar=calendar,
            calibration=selection.calibration.choice,
            parity=scored.parity,
            test=holdout.metrics,
            label_sets=holdout.label_sets,
            slices=holdout.slices,
            savings=holdout.savings,
            importances=explanations.importances,
        )
        reference = self._sample_reference(inputs, selection.winner.family, scored)
        bundle = pack_bundle(result, model, inputs.encoder, selection, reference)
        self._store(bundle, result.report(address, bundle.digest), scored, explanations)

    def _check_leakage(
        self, inputs: "_Inputs", rows: EncodedDataset, source_rows: NDArray[np.int64]
    ) -> tuple[LeakageFinding, ...]:
        latest = slice(-MAX_LEAKAGE_ROWS, None)
        raw_values = inputs.rows.columns(inputs.encoder.columns, source_rows[latest])
        check = LeakageCheck(self.probe(), self.progress)
        return check(inputs.schema, inputs.encoder, rows[latest], raw_values)

    def _search(self, inputs: "_Inputs") -> Search:
        point = inputs.schema.prediction_point.sort_column
        keys = recent_rate_keys(inputs.fit_schema)
        raw = inputs.rows.raw(tuple(dict.fromkeys((*inputs.encoder.columns, *keys, point))))
        fingerprint = self.trainer.fingerprint
        cache_inputs = {"prepared": inputs.prepared.address, "trainer": fingerprint, "seed": self.seed}
        cache = TrialCache(self.store, cache_inputs)
        return Search(inputs.fit_schema, raw, time_folds(raw), self.trainer, self.pool, cache, self.progress, self.seed)

    def _score(self, inputs: "_Inputs", selection: SelectionResult, model: FinalModel) -> "_ScoredTest":
        """Predict the test rows with the model as it will serve, with the baselines, and with the oracle if present."""
        rows, source_rows = inputs.rows.encoded(inputs.encoder, "test")
        _require_both_classes("test split", rows)
        raw, parity = model.score(rows.features)
        probabilities = {
            selection.winner.family: selection.calibration.calibrator.apply(raw),
            BASELINE: model.baseline.late_probability(rows.features),
            RECENT_RATE: recent_late_rates(
                selection.recent_rate, *inputs.rows.with_outcome(selection.recent_rate.keys, "test")
            ),
        }
        truth = self.ground_truth().late_probability(inputs.ingested.source)
        if truth is not None:
            probabilities[ORACLE] = truth[source_rows - 1]
        return _ScoredTest(rows, source_rows, probabilities, parity)

    def _evaluate(self, inputs: "_Inputs", selection: SelectionResult, scored: "_ScoredTest") -> HoldoutResult:
        columns = inputs.rows.columns(slice_columns(inputs.schema), scored.source_rows)
        evaluation = HoldoutEvaluation(inputs.schema, scored.rows, columns, self.seed)
        return evaluation(selection.winner.family, scored.probabilities, selection.label_sets, selection.recent_rate)

    def _explain(
        self, inputs: "_Inputs", selection: SelectionResult, model: FinalModel, scored: "_ScoredTest"
    ) -> HoldoutExplanations:
        encoder, sample = inputs.encoder, evenly_spaced_rows(len(scored.source_rows))
        return HoldoutExplanations.compute(
            inputs.schema,
            encoder,
            selection.calibration.calibrator,
            self.explainer().load(model.onnx, len(encoder.names)),
            pd.DataFrame(inputs.rows.columns(encoder.columns, scored.source_rows[sample])),
            scored.probabilities[selection.winner.family][sample],
        )

    def _sample_reference(self, inputs: "_Inputs", winner: str, scored: "_ScoredTest") -> ReferenceSample:
        names = monitored_columns(inputs.schema)
        sample = reference_rows(len(scored.source_rows), len(names))
        columns = inputs.rows.columns(names, scored.source_rows[sample])
        return sample_reference(inputs.schema, columns, scored.rows[sample], scored.probabilities[winner][sample])

    def _store(
        self, bundle: Bundle, report: TrainReport, scored: "_ScoredTest", explanations: HoldoutExplanations
    ) -> None:
        plots = tuple(draw_plots(self.plots(), scored.rows.labels, scored.probabilities, explanations))
        card = self.card_renderer().render(bundle.files["model_card.md"].decode(), plots)
        table = pd.DataFrame({SOURCE_ROW: scored.source_rows, LATE: scored.rows.labels, **scored.probabilities})
        write_bundle(self.store, bundle)
        with TRAINED.create(self.store, report.address) as files:
            PartitionWriter(files, self.codec, TEST_PREDICTIONS).write(table)
            for plot in plots:
                files.write(plot.name, plot.png)
            files.write(MODEL_CARD, card)
            TRAINED.write_report(files, report)


@dataclass(frozen=True)
class _Inputs:
    """What one training starts from."""

    schema: ShipmentSchema
    ingested: IngestReport
    prepared: PreprocessReport
    rows: PreparedRows
    encoder: FeatureEncoder

    @property
    def fit_schema(self) -> ShipmentSchema:
        """The schema that the encoder is fitted with."""
        return self.schema.without_features(repeated_features(self.schema, self.ingested.equal_columns))


@dataclass(frozen=True)
class _ScoredTest:
    """The test rows and their probabilities [rows]: of the winner, both baselines, and for simulated data the oracle.

    `parity` is the largest difference between ONNX and the fitted model.
    """

    rows: EncodedDataset
    source_rows: NDArray[np.int64]
    probabilities: Mapping[str, NDArray[np.float64]]
    parity: float


def _require_both_classes(splits: str, rows: EncodedDataset) -> None:
    if not rows.has_both_classes:
        raise TooFewOutcomes(
            f"the {splits} ({len(rows.labels)} shipments, {int(rows.labels.sum())} late) holds one class only; "
            f"late and on-time shipments are both needed"
        )
