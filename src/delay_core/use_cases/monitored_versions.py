"""The versions that are monitored: their bundles with what monitoring derives from them, each loaded once."""

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from delay_core.bundle import Bundle
from delay_core.calibration import RecalibratedCalibrator
from delay_core.errors import BundleError, NoSuchModel
from delay_core.monitoring.loss_test import LossTest
from delay_core.monitoring.policy import MonitoringPolicy
from delay_core.ports.model_catalog import ModelCatalog
from delay_core.reference_sample import ReferenceSample
from delay_core.use_cases.served_rows import VersionParser


@dataclass(frozen=True)
class MonitoredVersion:
    """A version with its reference sample, the parser of its logged predictions, and its loss test.

    The reference is as training made it: the loss test and estimates learn from it how true probabilities are where the
    calibrator of the training is right.
    """

    version: int
    bundle: Bundle
    reference: ReferenceSample
    parser: VersionParser
    loss_test: LossTest

    @cached_property
    def served_probabilities(self) -> NDArray[np.float64]:
        """What this version serves for the rows of the reference [rows]: others than training did, if recalibrated."""
        calibrator, probabilities = self.bundle.calibrator, self.reference.probabilities
        if not isinstance(calibrator, RecalibratedCalibrator):
            return probabilities
        return calibrator.map_trained(probabilities)


@dataclass
class MonitoredVersions:
    """The versions of one model. `skipped` has the reasons why others cannot be monitored."""

    catalog: ModelCatalog
    model_name: str
    policy: MonitoringPolicy
    skipped: dict[int, str] = field(default_factory=dict)
    _loaded: dict[tuple[int, str], MonitoredVersion | None] = field(default_factory=dict)

    def __getitem__(self, version: int) -> MonitoredVersion:
        """A version that was found before."""
        return next(one for one in self._loaded.values() if one is not None and one.version == version)

    def parser(self, version: int, bundle_digest: str) -> VersionParser | None:
        """The parser of predictions that this bundle made as this version; None if they cannot be monitored."""
        key = version, bundle_digest
        if key not in self._loaded:
            self._loaded[key] = self._load(version, bundle_digest)
        loaded = self._loaded[key]
        return None if loaded is None else loaded.parser

    def _load(self, version: int, bundle_digest: str) -> MonitoredVersion | None:
        try:
            bundle = self.catalog.load(self.model_name, version)
        except (NoSuchModel, BundleError) as error:
            self.skipped[version] = str(error)
            return None
        reference = bundle.reference
        if bundle.digest != bundle_digest:
            self.skipped[version] = f"its predictions were made by another bundle, {bundle_digest[:12]}"
            return None
        if reference is None:
            self.skipped[version] = "its bundle has no reference sample: train again with this version of delay-core"
            return None
        groups = np.arange(len(reference)) if reference.groups is None else reference.groups
        loss_test = self.policy.create_loss_test(reference.probabilities, reference.labels, groups)
        return MonitoredVersion(version, bundle, reference, VersionParser(bundle.schema), loss_test)
