"""Promotions that a child process records and reverts."""

import logging
from collections.abc import Sequence
from dataclasses import asdict

from adapters.mlflow_subprocess.client import MlflowSubprocess
from delay_core.errors import BundleMissing
from delay_core.ports import serving_promotions as port
from delay_core.ports.model_catalog import ModelVersion
from delay_core.promotion import Decision
from delay_core.use_cases.recovered_bundles import CopyReader, find_copy

_LOG = logging.getLogger(__name__)


class ServingPromotions(port.ServingPromotions):
    """Starts a process for each call.

    A rollback to a version whose files are missing from the server needs a second one, which stores a copy there.
    """

    def __init__(self, process: MlflowSubprocess, copies: Sequence[CopyReader] = ()) -> None:
        """`copies` are tried in order."""
        self._process = process
        self._copies = copies

    def record_manual(self, version: ModelVersion) -> bool:
        return bool(self._process.run("record_manual", **asdict(version)))

    def roll_back(self, name: str) -> Decision:
        try:
            decision = self._process.run("roll_back", name=name)
        except BundleMissing as error:
            bundle = find_copy(self._copies, error)
            decision = self._process.restore_and_roll_back(name, bundle)
            _LOG.warning("%s; a copy with its digest %s was stored there again", error, bundle.digest[:12])
        return Decision.model_validate(decision)
