"""Recalibrate: the probabilities of the model that serves follow matured outcomes, as a new version of it."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

import numpy as np

from delay_core.artifacts import write_bundle
from delay_core.bundle import Bundle
from delay_core.errors import NoSuchModel, ServingChanged
from delay_core.ports.artifact_store import ArtifactStore
from delay_core.ports.model_catalog import ModelVersion
from delay_core.ports.model_registry import ModelRegistry
from delay_core.ports.model_runtime import ModelRuntime
from delay_core.ports.promotion_log import PromotionLog, RecordedDecision
from delay_core.promotion import Decision, was_recalibrated
from delay_core.recalibration import (
    MaturedOutcomes,
    OutcomeSpan,
    Recalibration,
    RecalibrationPolicy,
    RecalibrationRecord,
    ServingCalibrator,
    recalibrate,
)
from delay_core.use_cases.matured_rows import MaturedModel, MaturedRows, MaturedRowsReport, ReadMaturedRows
from delay_core.use_cases.recalibrated_bundle import pack_recalibrated
from delay_core.use_cases.served_label_sets import ServedLabelSets
from delay_core.use_cases.serving_alias import ServingAlias


class Undecided(StrEnum):
    """Why nothing was decided."""

    NO_NEW_OUTCOME = "no outcome became known since this version was recalibrated"
    OVERTAKEN = "another version began to serve meanwhile"


@dataclass(frozen=True)
class RecalibrationResult:
    """The version that served, the outcomes that were read, and the decision, or why there is none.

    `refused` predictions were not read because the schema of that version refuses their requests.
    """

    serving: ModelVersion
    outcomes: OutcomeSpan
    refused: int
    decision: Decision | None = None
    undecided: Undecided | None = None


@dataclass(frozen=True)
class Recalibrate:
    """Reads the latest matured outcomes, lets the gate decide, and lets a recalibrated version serve.

    Every step can be repeated: a run that was killed is continued by the next one. Of two runs at the same time, the
    one that finds another version serving decides nothing. After a recalibration was rolled back, only outcomes that
    count from then on are read.
    """

    store: ArtifactStore
    registry: ModelRegistry
    log: PromotionLog
    read: ReadMaturedRows
    runtime: Callable[[], ModelRuntime]
    policy: RecalibrationPolicy
    alias: str
    seed: int

    def __call__(self, name: str, now: datetime) -> RecalibrationResult:
        """Recalibrate the version of the model that serves, by what is known at the moment (UTC).

        Raises NoSuchModel if no version serves, BundleError if it cannot be loaded, StoreError.
        """
        alias = ServingAlias(self.registry, self.log, self.alias)
        state = alias.read(name)
        serving = state.version
        if serving is None:
            raise NoSuchModel(f"no version of {name} has the alias {self.alias}; train and promote a model first")
        bundle = self.registry.load(name, serving.version)
        since = _rolled_back_at(state.records)
        report = self._read(name, bundle, now, since)
        notes = tuple(_write_notes(serving, report.refused, since))
        outcomes = self._score(bundle, report.matured)
        record = RecalibrationRecord.read(bundle.metrics)
        calibrator = ServingCalibrator(bundle.calibrator, None if record is None else record.calibrator_outcomes)
        recalibration = recalibrate(calibrator, bundle.label_sets, outcomes, self.policy, self.seed)
        result = RecalibrationResult(serving, recalibration.outcomes, report.refused)
        last = recalibration.outcomes.last_known_at
        if record is not None and (last is None or last <= record.known_until):
            return replace(result, undecided=Undecided.NO_NEW_OUTCOME)
        if not recalibration.promoted:
            decision = _decision(serving, None, recalibration, notes)
            self.log.append(decision)
            return replace(result, decision=decision)
        recalibrated = pack_recalibrated(bundle, serving, recalibration)
        write_bundle(self.store, recalibrated)
        version = self.registry.register(name, recalibrated, serving.run_id)
        decision = _decision(serving, version, recalibration, notes)
        try:
            alias.change(decision, state)
        except ServingChanged:
            return replace(result, undecided=Undecided.OVERTAKEN)
        return replace(result, decision=decision)

    def _read(self, name: str, bundle: Bundle, now: datetime, since: datetime | None) -> MaturedRowsReport:
        model = MaturedModel(name, bundle.schema, ServedLabelSets(self.registry, name, bundle.label_sets))
        return self.read(model, now, self.policy.maximum_outcomes, since)

    def _score(self, bundle: Bundle, matured: MaturedRows | None) -> MaturedOutcomes:
        """The outcomes with the model's own probabilities, also for predictions of earlier versions."""
        if matured is None:
            return _NO_OUTCOMES
        scorer = self.runtime().load(bundle.files["model.onnx"], len(bundle.encoder.names))
        return MaturedOutcomes(
            scores=scorer.late_probability(bundle.encoder.encode(matured.rows.columns)),
            labels=matured.late,
            known_at=matured.due,
            acted=matured.acted,
            covered=matured.covered,
            groups=matured.rows.group,
        )


_NO_OUTCOMES = MaturedOutcomes(
    scores=np.empty(0),
    labels=np.empty(0, dtype=np.int8),
    known_at=np.empty(0, dtype="datetime64[us]"),
    acted=np.empty(0, dtype=np.bool_),
    covered=np.empty(0, dtype=np.bool_),
    groups=np.empty(0, dtype=np.int64),
)


def _rolled_back_at(records: Sequence[RecordedDecision]) -> datetime | None:
    """When a recalibration of the version that serves was rolled back (UTC); None if the last change was another."""
    changes = [record for record in records if record.decision.changes_serving]
    if not changes or changes[-1].decision.action != "rolled_back":
        return None
    rolled_back = changes[-1].decision.replaced
    decisions = [record.decision for record in changes]
    return changes[-1].recorded_at if rolled_back and was_recalibrated(decisions, rolled_back) else None


def _write_notes(serving: ModelVersion, refused: int, since: datetime | None) -> Iterator[str]:
    """Which predictions and outcomes were left out."""
    if since is not None:
        yield (
            f"a recalibration was rolled back on {since:%Y-%m-%d %H:%M} UTC: only outcomes that count from then on "
            "were read"
        )
    if refused:
        yield f"predictions that the schema of version {serving.version} refuses were left out: {refused:,}"


def _decision(
    serving: ModelVersion, version: ModelVersion | None, recalibration: Recalibration, notes: tuple[str, ...]
) -> Decision:
    """That the version begins to serve, or with None that the one that serves stays as it is."""
    about = version or serving
    return Decision(
        action="refused" if version is None else "promoted",
        name=about.name,
        version=about.version,
        digest=about.digest,
        replaced=None if version is None else serving.version,
        reasons=(*recalibration.reasons, *notes),
        notes=notes,
        checks=recalibration.checks,
        trigger="recalibration",
    )
