"""Promotions that a child process records and reverts."""

from dataclasses import asdict

from adapters.mlflow_subprocess.client import MlflowSubprocess
from delay_core.ports import serving_promotions as port
from delay_core.ports.model_catalog import ModelVersion
from delay_core.promotion import Decision


class ServingPromotions(port.ServingPromotions):
    """Starts a process for each call."""

    def __init__(self, process: MlflowSubprocess) -> None:
        self._process = process

    def record_manual(self, version: ModelVersion) -> bool:
        return bool(self._process.run("record_manual", **asdict(version)))

    def roll_back(self, name: str) -> Decision:
        return Decision.model_validate(self._process.run("roll_back", name=name))
