"""Train: search and calibrate on the validation part, learn from all before the test rows, look at those once, pack."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from delay_core import digest
from delay_core.bundle import Bundle
from delay_core.calibration import calibrator_to_json
from delay_core.errors import TrainingRefused
from delay_core.evaluation import slice_columns
from delay_core.features import FeatureEncoder
from delay_core.model_card import ModelCardInputs, model_card
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
from delay_core.reports import IngestReport, PreprocessReport, TrainReport
from delay_core.schema import ShipmentSchema
from delay_core.stored_table import PartWriter
from delay_core.training import (
    MAX_LEAKAGE_ROWS,
    ORACLE,
    EncodedDataset,
    HoldoutEvaluation,
    HoldoutExplanations,
    LeakageCheck,
    Search,
    SelectionResult,
    TrialCache,
    bucketed_categoricals,
    draw_plots,
    evenly_spaced_rows,
    fit_final,
    metrics_json,
    select_model,
    time_folds,
)
from delay_core.use_cases.prepared_rows import PreparedRows
from delay_core.use_cases.step import REPORT, Step
from delay_core.validation import LATE, SOURCE_ROW

KIND = "trained"
BUNDLES = "bundles"
CARD = "model_card.html"
VERSION = 3


@dataclass(frozen=True)
class Train:
    """Makes a bundle of a prepared table; registers nothing. `trials` is how many candidates the search may try.

    What only a new training needs comes as providers: where the output exists, their libraries are not loaded.
    """

    store: ArtifactStore
    codec: TableCodec
    trainer: ModelTrainer
    solver: Callable[[], RegressionSolver]
    runtime: Callable[[], ModelRuntime]
    explainer: Callable[[], ModelExplainer]
    probe: Callable[[], LeakageProbe]
    oracle: Callable[[], GroundTruth]
    pictures: Callable[[], EvaluationPlots]
    page: Callable[[], ModelCardRenderer]
    progress: Progress
    trials: int
    seed: int

    def card_at(self, trained: TrainReport) -> str:
        """The place of the model card for a browser, for people."""
        return f"{self.store.location(KIND, trained.address)}/{CARD}"

    def __call__(self, schema: ShipmentSchema, ingested: IngestReport, prepared: PreprocessReport) -> Step[TrainReport]:
        """The source that was ingested is asked for the truth behind simulated rows.

        Raises LeakageDetected, or TrainingRefused when a part holds one class only or ONNX disagrees with the model.
        """
        inputs = {
            "prepared": prepared.address,
            "trainer": self.trainer.fingerprint,
            "trials": self.trials,
            "seed": self.seed,
        }
        address = digest.of_step("train", VERSION, inputs)
        fresh = not self.store.has(KIND, address)
        if fresh:
            self._train(schema, ingested, prepared, address)
        return Step(TrainReport.model_validate_json(self.store.read(KIND, address, REPORT)), fresh)

    def _train(self, schema: ShipmentSchema, ingested: IngestReport, prepared: PreprocessReport, address: str) -> None:
        rows = PreparedRows(self.store, self.codec, prepared)
        encoder = rows.encoder
        learned, source_rows = rows.encoded(encoder, "train", "validation")
        _both_classes("train and validation parts", learned)
        raw_values = rows.columns(bucketed_categoricals(encoder), source_rows[-MAX_LEAKAGE_ROWS:])
        check = LeakageCheck(self.probe(), self.progress)
        told = check(schema, encoder, learned[-MAX_LEAKAGE_ROWS:], raw_values)
        choice = self._choose(schema, encoder, rows)
        winner, calibrator, sets = choice.winner, choice.calibration.calibrator, choice.label_sets

        self.progress.step("Learning from all before the test rows, looking at those")
        final = fit_final(self.trainer, self.runtime(), winner, learned, self.seed)
        unseen, source_rows = rows.encoded(encoder, "test")
        _both_classes("test part", unseen)
        raw, parity = final.score(unseen.features)
        predictions = {
            winner.family: calibrator.apply(raw),
            BASELINE: final.baseline.late_probability(unseen.features),
            **self._truth(ingested, source_rows),
        }
        test = HoldoutEvaluation(schema, unseen, rows.columns(slice_columns(schema), source_rows), self.seed)
        tested = test(winner.family, predictions, sets)
        shown = evenly_spaced_rows(len(source_rows))
        explained = HoldoutExplanations.compute(
            schema,
            encoder,
            calibrator,
            self.explainer().load(final.onnx, len(encoder.names)),
            pd.DataFrame(rows.columns(encoder.columns, source_rows[shown])),
            predictions[winner.family][shown],
        )

        most_telling = tuple(map(str, told))
        card = model_card(
            ModelCardInputs(
                schema=schema,
                ingested=ingested,
                prepared=prepared,
                trials=choice.trials,
                best={trial.family: trial for trial in choice.best},
                validation=choice.validation,
                calibration=choice.calibration.choice,
                test=tested.metrics,
                label_sets=tested.label_sets,
                slices=tested.slices,
                savings=tested.savings,
                importances=explained.importances,
                most_telling=most_telling,
                trainer=self.trainer.fingerprint,
                seed=self.seed,
            )
        )
        bundle = Bundle.pack(
            {
                "model.onnx": final.onnx,
                "encoder.json": encoder.to_json(),
                "calibrator.json": calibrator_to_json(calibrator),
                "label_sets.json": sets.to_json(),
                "schema.json": digest.canonical_json(schema.content),
                "metrics.json": metrics_json(choice, tested, prepared),
                "model_card.md": card.encode(),
            }
        )
        report = TrainReport(
            address=address,
            prepared=prepared.address,
            bundle=bundle.digest,
            trials=choice.trials,
            validation=dict(choice.validation),
            parameters={trial.family: trial.parameters for trial in choice.best},
            winner=winner.family,
            calibration=choice.calibration.choice,
            test=tested.metrics,
            label_sets=tested.label_sets,
            slices=tested.slices,
            savings=tested.savings,
            importances=explained.importances,
            parity=parity,
            most_telling=most_telling,
            leakage=max((finding.lower_bound for finding in told), default=None),
        )
        plots = tuple(draw_plots(self.pictures(), unseen.labels, predictions, explained))
        table = pd.DataFrame({SOURCE_ROW: source_rows, LATE: unseen.labels, **predictions})
        self._keep(
            bundle, report, table, {**{plot.name: plot.png for plot in plots}, CARD: self.page().render(card, plots)}
        )

    def _choose(self, schema: ShipmentSchema, encoder: FeatureEncoder, rows: PreparedRows) -> SelectionResult:
        raw = rows.raw(tuple(dict.fromkeys((*encoder.columns, schema.prediction_point.column))))
        cache = TrialCache(
            self.store,
            {"prepared": rows.prepared.address, "trainer": self.trainer.fingerprint, "seed": self.seed},
        )
        search = Search(schema, raw, time_folds(raw), self.trainer, cache, self.progress, self.seed)
        return select_model(search, self.trials, self.solver())

    def _truth(self, ingested: IngestReport, source_rows: NDArray[np.int64]) -> dict[str, NDArray[np.float64]]:
        truth = self.oracle().late_probability(ingested.source)
        return {} if truth is None else {ORACLE: truth[source_rows - 1]}

    def _keep(self, bundle: Bundle, report: TrainReport, test: pd.DataFrame, others: Mapping[str, bytes]) -> None:
        with self.store.create(BUNDLES, bundle.digest) as files:
            for name, content in bundle.files.items():
                files.write(name, content)
        with self.store.create(KIND, report.address) as files:
            PartWriter(files, self.codec, "test").write(test)
            for name, content in others.items():
                files.write(name, content)
            files.write(REPORT, report.model_dump_json(indent=2).encode())


def _both_classes(part: str, rows: EncodedDataset) -> None:
    if not rows.has_both_classes:
        raise TrainingRefused(
            f"the {part} ({len(rows.labels)} shipments, {int(rows.labels.sum())} late) holds one class only; "
            f"late and on-time shipments are both needed"
        )
