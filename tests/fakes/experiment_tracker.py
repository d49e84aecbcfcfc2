"""Trainings in memory."""

from datetime import UTC, datetime, timedelta

from delay_core.ports import experiment_tracker as port
from delay_core.ports.experiment_tracker import RecordedRun, TrainingRun


class ExperimentTracker(port.ExperimentTracker):
    """`files` holds what was recorded, by run id and name."""

    def __init__(self) -> None:
        self._runs: dict[str, list[RecordedRun]] = {}
        self.files: dict[str, dict[str, bytes]] = {}

    def record(self, experiment: str, training: TrainingRun) -> str:
        runs = self._runs.setdefault(experiment, [])
        for run in runs:
            if run.address == training.address:
                return run.run_id
        run_id = f"run-{len(self.files) + 1}"
        started = datetime(2024, 1, 1, tzinfo=UTC) + timedelta(seconds=len(self.files))
        parameters, metrics = dict(training.parameters), dict(training.metrics)
        runs.append(RecordedRun(run_id, training.address, started, parameters, metrics))
        self.files[run_id] = dict(training.files)
        return run_id

    def runs(self, experiment: str) -> list[RecordedRun]:
        return self._runs.get(experiment, [])[::-1]

    def location(self, experiment: str) -> str:
        return f"{experiment}, in memory"
