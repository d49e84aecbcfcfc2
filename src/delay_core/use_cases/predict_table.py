"""Predict every row of a table with the version that serves."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

import pandas as pd

from delay_core.errors import NoSuchModel
from delay_core.ports.model_catalog import ModelCatalog, ModelVersion
from delay_core.reports import PredictReport
from delay_core.use_cases.predict import Predict, PredictOptions


@dataclass(frozen=True)
class TablePredictions:
    """Predictions of one table, in the artifact store at `location`."""

    version: ModelVersion
    stale_since: datetime | None
    """The time (UTC) at which the registry last responded, if it is unavailable; then `version` may be outdated."""
    report: PredictReport
    location: str
    partitions: Callable[[], Iterator[pd.DataFrame]]
    """Reads the predictions, one row per shipment, in parts of bounded size."""


@dataclass(frozen=True)
class PredictTable:
    """Reads the alias and the bundle from a catalog, so that it works while the registry is unavailable."""

    catalog: ModelCatalog
    predict: Callable[[], Predict]
    alias: str

    def __call__(self, name: str, url: str, options: PredictOptions) -> TablePredictions:
        """Predict the table at `url`. Raises NoSuchModel if no version of `name` serves, SourceError, StoreError."""
        version = self.catalog.get_by_alias(name, self.alias)
        if version is None:
            raise NoSuchModel(
                f"no version of {name} has the alias {self.alias}; run the pipeline first, or promote a version that "
                "the gate refused"
            )
        stale_since = self.catalog.stale_since
        predict = self.predict()
        report = predict.table(self.catalog.load(version.name, version.version), url, options).report
        return TablePredictions(
            version, stale_since, report, predict.location(report), lambda: predict.partitions(report)
        )
