"""Train: search on the train part, choose on validation, refit on both, look at the test rows once, pack the bundle."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from delay_core import digest
from delay_core.bundle import Bundle
from delay_core.comparison import Comparison, compare
from delay_core.errors import TrainingRefused
from delay_core.evaluation import Figures
from delay_core.ports.artifact_store import ArtifactStore
from delay_core.ports.leakage_probe import LeakageProbe
from delay_core.ports.model_runtime import ModelRuntime
from delay_core.ports.model_trainer import BASELINE, ModelTrainer, Parameters
from delay_core.ports.oracle import Oracle
from delay_core.ports.pictures import Pictures
from delay_core.ports.progress import Progress
from delay_core.ports.scoring_metrics import ScoringMetrics
from delay_core.ports.table_codec import TableCodec
from delay_core.reports import Prepared, TestFigures, Trained
from delay_core.schema import ShipmentSchema
from delay_core.stored_table import PartWriter
from delay_core.training import TrainingRows, check_leakage, model_card, search
from delay_core.use_cases.prepared_rows import PreparedRows
from delay_core.use_cases.preprocess import FINAL_ENCODER, SELECTION_ENCODER
from delay_core.use_cases.step import REPORT, Step
from delay_core.validation import LATE, SOURCE_ROW

KIND = "trained"
BUNDLES = "bundles"
VERSION = 1
PARITY = 1e-5
"""ONNX and the fitted model may differ by this much in probability, no more."""


@dataclass(frozen=True)
class Train:
    """Makes a bundle of a prepared table; registers nothing."""

    store: ArtifactStore
    codec: TableCodec
    trainer: ModelTrainer
    runtime: ModelRuntime
    metrics: ScoringMetrics
    probe: LeakageProbe
    oracle: Oracle
    pictures: Pictures
    progress: Progress
    seed: int

    def __call__(self, schema: ShipmentSchema, prepared: Prepared, source: str) -> Step[Trained]:
        """`source` is asked for the truth behind simulated rows.

        Raises LeakageFound, or TrainingRefused when a part holds one class only or ONNX disagrees with the model.
        """
        inputs = {"prepared": prepared.address, "trainer": self.trainer.fingerprint, "seed": self.seed}
        address = digest.of_step("train", VERSION, inputs)
        fresh = not self.store.has(KIND, address)
        if fresh:
            self._train(schema, prepared, source, address)
        return Step(Trained.model_validate_json(self.store.read(KIND, address, REPORT)), fresh)

    def _train(self, schema: ShipmentSchema, prepared: Prepared, source: str, address: str) -> None:
        rows = PreparedRows(self.store, self.codec, prepared)
        encoder = rows.encoder(SELECTION_ENCODER)
        train = _both_classes("train", rows.encoded(encoder, "train")[0])
        told = check_leakage(schema, encoder, train.features, train.labels, self.probe, self.progress)
        chosen = {
            **search(self.trainer, self.metrics, train, self.seed, self.progress),
            BASELINE: {},
        }
        validation = self._validate(chosen, train, _both_classes("validation", rows.encoded(encoder, "validation")[0]))
        winner = min(set(chosen) - {BASELINE}, key=lambda family: (validation[family].log_loss.value, family))

        self.progress.step("Refitting on train and validation, looking at the test rows")
        encoder = rows.encoder(FINAL_ENCODER)
        learned = rows.encoded(encoder, "train", "validation")[0]
        unseen, source_rows = rows.encoded(encoder, "test")
        _both_classes("test", unseen)
        model = self.trainer.fit(winner, chosen[winner], learned.features, learned.labels, self.seed)
        onnx = model.to_onnx()
        served = self.runtime.load(onnx, len(encoder.names)).late_probability(unseen.features)
        parity = float(np.abs(served - model.late_probability(unseen.features)).max())
        if parity > PARITY:
            raise TrainingRefused(
                f"ONNX and the fitted {winner} differ by {parity:.1e} on a test row; allowed is {PARITY:g}"
            )
        baseline = self.trainer.fit(BASELINE, {}, learned.features, learned.labels, self.seed)
        predictions = {winner: served, BASELINE: baseline.late_probability(unseen.features)}
        truth = self.oracle.late_probability(source)
        if truth is not None:
            predictions["oracle"] = truth[source_rows - 1]
        compared = compare(self.metrics, unseen.labels, predictions, self.seed)
        test = _test_figures(compared, winner)

        card = model_card(schema, prepared, winner, validation, test)
        bundle = Bundle.pack(
            {
                "model.onnx": onnx,
                "encoder.json": encoder.to_json(),
                "schema.json": digest.canonical_json(schema.content),
                "metrics.json": _metrics(winner, chosen[winner], validation, test, prepared),
                "model_card.md": card.encode(),
            }
        )
        report = Trained(
            address=address,
            prepared=prepared.address,
            bundle=bundle.digest,
            validation=validation,
            parameters={family: dict(parameters) for family, parameters in chosen.items()},
            winner=winner,
            test=test,
            parity=parity,
            most_telling=tuple(str(leak) for leak in told),
        )
        self._keep(bundle, report, unseen, source_rows, predictions)

    def _validate(
        self, chosen: Mapping[str, Parameters], train: TrainingRows, validation: TrainingRows
    ) -> dict[str, Figures]:
        self.progress.step("Choosing on the validation part", len(chosen))
        predictions = {}
        for family, parameters in chosen.items():
            model = self.trainer.fit(family, parameters, train.features, train.labels, self.seed)
            predictions[family] = model.late_probability(validation.features)
            self.progress.advance()
        return dict(compare(self.metrics, validation.labels, predictions, self.seed).figures)

    def _keep(
        self,
        bundle: Bundle,
        report: Trained,
        test: TrainingRows,
        source_rows: NDArray[np.int64],
        predictions: Mapping[str, NDArray[np.float64]],
    ) -> None:
        with self.store.create(BUNDLES, bundle.digest) as files:
            for name, content in bundle.files.items():
                files.write(name, content)
        table = pd.DataFrame({SOURCE_ROW: source_rows, LATE: test.labels, **predictions})
        with self.store.create(KIND, report.address) as files:
            PartWriter(files, self.codec, "test").write(table)
            for name, picture in self.pictures.draw(test.labels, predictions).items():
                files.write(name, picture)
            files.write(REPORT, report.model_dump_json(indent=2).encode())


def _both_classes(part: str, rows: TrainingRows) -> TrainingRows:
    if not rows.has_both_classes:
        raise TrainingRefused(
            f"the {part} part ({len(rows.labels)} shipments, {int(rows.labels.sum())} late) holds one class only; "
            f"late and on-time shipments are both needed"
        )
    return rows


def _test_figures(compared: Comparison, winner: str) -> TestFigures:
    return TestFigures(
        winner=compared.figures[winner],
        baseline=compared.figures[BASELINE],
        oracle=compared.figures.get("oracle"),
        gain_over_baseline=compared.gain(winner, BASELINE),
    )


def _metrics(
    winner: str, parameters: Parameters, validation: Mapping[str, Figures], test: TestFigures, prepared: Prepared
) -> bytes:
    return digest.canonical_json(
        {
            "winner": winner,
            "parameters": dict(parameters),
            "validation": {family: figures.model_dump() for family, figures in validation.items()},
            "test": test.model_dump(exclude={"oracle"}),
            "windows": {name: window.model_dump(mode="json") for name, window in prepared.windows.items()},
        }
    )
