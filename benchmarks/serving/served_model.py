"""The model of this benchmark: gradient boosting with 31 leaves per tree, registered and promoted."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from dependency_injector import providers

from adapters.sklearn.families.hist_gradient_boosting import HistGradientBoosting
from adapters.sklearn.model_trainer import ModelTrainer
from benchmarks.quality.pipeline_runs import create_container, ingest_and_preprocess
from benchmarks.serving.payloads import SCHEMA
from delay_core import load_schema
from delay_core.ports.model_trainer import Parameters
from entrypoints.cli.progress import Progress

NAME = f"{SCHEMA}_delay"

_ROWS = 20_000
_SIZE = {"max_leaf_nodes": 31, "max_features": 1.0, "learning_rate": 0.05}


class _OneModel(ModelTrainer):
    """Has one candidate without early stopping: the benchmark needs its size, not its quality."""

    def __init__(self, trees: int) -> None:
        self._trees = trees

    def initial_candidates(self) -> Mapping[str, Sequence[Parameters]]:
        parameters = HistGradientBoosting.initial_candidates[0]
        return {HistGradientBoosting.name: ({**parameters, **_SIZE, "max_iter": self._trees},)}

    def with_rounds(self, family: str, parameters: Parameters, rounds: int) -> Parameters:  # noqa: ARG002 - the port's
        return parameters


def train_and_promote(data: Path, trees: int) -> None:
    """Train a model of `trees` trees in the folder `data`, register it, and promote it without the gate."""
    schema = load_schema(SCHEMA)
    with Progress() as progress:
        container = create_container(data, progress, trials=1)
        container.modeling.trainer.override(providers.Object(_OneModel(trees)))
        ingested, prepared = ingest_and_preprocess(container, schema, f"simulator://{SCHEMA}?rows={_ROWS}")
        trained = container.use_cases.train()(schema, ingested, prepared).report
        version = container.use_cases.register()(NAME, ingested, prepared, trained)
        container.use_cases.promote()(version, prepared, trained, force=True)
