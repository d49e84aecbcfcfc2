"""The models of benchmarks that serve one: that of the default pipeline, or boosting of a fixed size, promoted."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from dependency_injector import providers

from adapters.sklearn.families.hist_gradient_boosting import HistGradientBoosting
from adapters.sklearn.model_trainer import ModelTrainer
from benchmarks.quality.pipeline_runs import create_container, ingest_and_preprocess, run_pipeline
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


def run_default_pipeline(data: Path) -> str:
    """Run what `make pipeline` runs, in the folder `data`; which model it promoted. Raises RuntimeError if none."""
    with Progress() as progress:
        run = run_pipeline(create_container(data, progress), load_schema(SCHEMA), f"simulator://{SCHEMA}", NAME)
    if run.decision is None or run.decision.action != "promoted":
        raise RuntimeError(f"the default pipeline promoted no model: {run.decision}")
    return f"the default pipeline's model, {run.trained.winner}"


def train_and_promote(data: Path, trees: int) -> str:
    """Train a model of `trees` trees in the folder `data`, register it, and promote it without the gate; its name."""
    schema = load_schema(SCHEMA)
    with Progress() as progress:
        container = create_container(data, progress, trials=1)
        container.modeling.trainer.override(providers.Object(_OneModel(trees)))
        ingested, prepared = ingest_and_preprocess(container, schema, f"simulator://{SCHEMA}?rows={_ROWS}")
        trained = container.use_cases.train()(schema, ingested, prepared).report
        version = container.use_cases.register()(NAME, ingested, prepared, trained)
        container.use_cases.promote()(version, prepared, trained, force=True)
    return f"boosting, {trees} trees"
