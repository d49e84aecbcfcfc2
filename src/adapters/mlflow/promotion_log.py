"""Decisions about which version serves, each an MLflow run in the experiment `<name> promotions`."""

from itertools import count, takewhile

from pydantic import ValidationError

from adapters.mlflow.reader import MlflowReader, StoredRun
from adapters.mlflow.store import MlflowStore
from delay_core.errors import StoreError
from delay_core.ports import promotion_log as port
from delay_core.promotion import Decision

NUMBER = "delay.number"
DECISION = "delay.decision"
PIECE = 4000
"""Characters of a decision in one tag: MLflow cuts longer ones, some databases sooner than others."""


class PromotionLog(port.PromotionLog):
    """The number in a run's tags gives the order; clocks of several machines do not agree.

    The whole decision stands in the tags, in pieces, written with the run itself; `decision.json` is for people, as are
    the checks' numbers among the metrics and the policy's limits among the parameters, to compare runs by.
    """

    def __init__(self, store: MlflowStore) -> None:
        self._store = store

    def append(self, decision: Decision) -> None:
        from adapters.mlflow.client_reader import ClientReader  # noqa: PLC0415 - reading needs no MLflow, writing does
        from adapters.mlflow.runs import end_unfinished, open_experiment, write_run  # noqa: PLC0415

        text = decision.model_dump_json()
        pieces = [text[start : start + PIECE] for start in range(0, len(text), PIECE)]
        with self._store.written(f"record a decision about {decision.name!r}") as client:
            experiment = open_experiment(client, _experiment(decision.name), self._store.artifact_location)
            written = _runs(ClientReader(client, self._store.tracking_uri), experiment)
            runs = [run for run in written if run.is_finished]
            if runs and _decision(runs[-1]) == decision:
                return
            end_unfinished(client, written)
            number = 1 + int(runs[-1].tags[NUMBER]) if runs else 1
            write_run(
                client,
                experiment,
                f"{number}: {decision.action.replace('_', ' ')} version {decision.version}",
                tags={
                    NUMBER: str(number),
                    "delay.action": decision.action,
                    "delay.version": str(decision.version),
                    **{f"{DECISION}.{place}": piece for place, piece in enumerate(pieces)},
                },
                parameters=_limits(decision),
                metrics={key: number for check in decision.checks for key, number in check.flatten().items()},
                files={"decision.json": decision.model_dump_json(indent=2).encode()},
            )

    def decisions(self, name: str) -> list[Decision]:
        with self._store.reading(f"read the decisions about {name!r}") as reader:
            experiment = reader.experiment_id(_experiment(name))
            runs = [] if experiment is None else _runs(reader, experiment)
        return [_decision(run) for run in runs if run.is_finished]


def _experiment(name: str) -> str:
    return f"{name} promotions"


def _limits(decision: Decision) -> dict[str, str]:
    if decision.policy is None:
        return {}
    limits = decision.policy.model_dump()
    return {f"gate.{name}": "off" if limit is None else str(limit) for name, limit in limits.items()}


def _runs(reader: MlflowReader, experiment: str) -> list[StoredRun]:
    runs = reader.runs(experiment, NUMBER)
    return sorted(runs, key=lambda run: (int(run.tags[NUMBER]), run.started, run.run_id))


def _decision(run: StoredRun) -> Decision:
    keys = takewhile(run.tags.__contains__, (f"{DECISION}.{place}" for place in count()))
    try:
        return Decision.model_validate_json("".join(run.tags[key] for key in keys))
    except ValidationError as error:
        where = f"the tags {DECISION}.* of the MLflow run {run.run_id}"
        raise StoreError(f"{where} are no decision any more; its file decision.json says what they were") from error
