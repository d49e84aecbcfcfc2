"""Promotion decisions, each an MLflow run in the experiment `<name> promotions`."""

from collections.abc import Sequence
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING

from adapters.mlflow.connection import MlflowConnection
from adapters.mlflow.reader import MlflowReader, StoredRun
from adapters.shared.decision_tags import DECISION_TAG, NUMBER_TAG, decisions_experiment, read_record
from delay_core.ports import promotion_log as port
from delay_core.promotion import Decision, refuse_outdated

if TYPE_CHECKING:
    from adapters.mlflow.library import MlflowClient

MAX_TAG_CHARACTERS = 4000
"""MLflow truncates longer tags; the limit depends on its database."""


class PromotionLog(port.PromotionLog):
    """Decisions are ordered by a number in a tag, since the clocks of several machines differ.

    Each names the one that follows it, which serializes the writers of a server (`decision_order`).

    The decision is stored in tags, in parts, which MLflow writes together with the run. The file `decision.json`, the
    numbers of the checks as metrics and the limits of the policy as parameters are for people who compare runs.
    """

    def __init__(self, mlflow: MlflowConnection) -> None:
        self._mlflow = mlflow

    def append(self, decision: Decision, after: int | None = None) -> None:
        from adapters.mlflow.client_reader import ClientReader  # noqa: PLC0415 - reading needs no MLflow, writing does
        from adapters.mlflow.decision_order import SuccessorExists, finish_successor  # noqa: PLC0415
        from adapters.mlflow.runs import kill_unfinished_runs, open_experiment  # noqa: PLC0415

        with self._mlflow.exclusive_client(f"record a decision about {decision.name!r}") as client:
            experiment = open_experiment(client, decisions_experiment(decision.name), self._mlflow.artifact_location)
            reader = ClientReader(client, self._mlflow.tracking_uri)
            while True:
                written = _runs(reader, experiment)
                runs = [run for run in written if run.is_finished]
                if runs and finish_successor(client, runs[-1]):
                    continue
                kill_unfinished_runs(client, _overtaken(written, runs))
                if runs and _record(runs[-1]).decision == decision:
                    return
                if after is not None:
                    refuse_outdated(decision, [_record(run).decision for run in runs[after:]])
                with suppress(SuccessorExists):  # then another process has appended meanwhile: look again
                    _log_decision(client, experiment, runs[-1] if runs else None, decision)
                    return

    def location(self, name: str) -> str:
        return self._mlflow.experiment_location(decisions_experiment(name))

    def records(self, name: str) -> list[port.RecordedDecision]:
        with self._mlflow.reader(f"read the decisions about {name!r}") as reader:
            experiment = reader.experiment_id(decisions_experiment(name))
            runs = [] if experiment is None else _runs(reader, experiment)
        return [_record(run) for run in runs if run.is_finished]


def _log_decision(client: "MlflowClient", experiment: str, newest: StoredRun | None, decision: Decision) -> None:
    """Write the decision that follows the newest one. Raises SuccessorExists."""
    from adapters.mlflow.decision_order import append_after  # noqa: PLC0415 - as in append
    from adapters.mlflow.runs import log_run  # noqa: PLC0415

    text = decision.model_dump_json()
    parts = [text[start : start + MAX_TAG_CHARACTERS] for start in range(0, len(text), MAX_TAG_CHARACTERS)]
    number = 1 if newest is None else 1 + int(newest.tags[NUMBER_TAG])
    log_run(
        client,
        experiment,
        f"{number}: {decision.action.replace('_', ' ')} version {decision.version}",
        tags={
            NUMBER_TAG: str(number),
            "delay.action": decision.action,
            "delay.version": str(decision.version),
            **{f"{DECISION_TAG}.{index}": part for index, part in enumerate(parts)},
        },
        parameters=_gate_parameters(decision),
        metrics={key: number for check in decision.checks for key, number in check.flatten().items()},
        files={"decision.json": decision.model_dump_json(indent=2).encode()},
        before_end=partial(append_after, client, newest),
    )


def _gate_parameters(decision: Decision) -> dict[str, str]:
    if decision.policy is None:
        return {}
    limits = decision.policy.model_dump()
    return {f"gate.{name}": "off" if limit is None else str(limit) for name, limit in limits.items()}


def _overtaken(written: Sequence[StoredRun], finished: Sequence[StoredRun]) -> list[StoredRun]:
    """The runs that can count no longer, since another has their number: only those may be killed.

    The writer of a later one may be about to finish it.
    """
    newest = int(finished[-1].tags[NUMBER_TAG]) if finished else 0
    return [run for run in written if int(run.tags[NUMBER_TAG]) <= newest]


def _runs(reader: MlflowReader, experiment: str) -> list[StoredRun]:
    runs = reader.runs(experiment, NUMBER_TAG)
    return sorted(runs, key=lambda run: (int(run.tags[NUMBER_TAG]), run.started, run.run_id))


def _record(run: StoredRun) -> port.RecordedDecision:
    return read_record(run.run_id, run.started, run.tags)
