"""Promote: the gate decides whether a challenger serves, the decision is recorded, the alias is moved."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
from numpy.typing import NDArray

from delay_core.bundle import Bundle
from delay_core.errors import BundleError, ServingChanged
from delay_core.evaluation import compare, compare_slices, ece_noise_floor, slice_columns
from delay_core.ports.artifact_store import ArtifactStore
from delay_core.ports.model_catalog import ModelVersion
from delay_core.ports.model_registry import ModelRegistry
from delay_core.ports.model_runtime import ModelRuntime
from delay_core.ports.promotion_log import PromotionLog
from delay_core.ports.table_codec import TableCodec
from delay_core.promotion import (
    ChampionComparison,
    Decision,
    GateInputs,
    GatePolicy,
    TrainingEnds,
    decide_promotion,
    run_checks,
    was_rolled_back,
)
from delay_core.recalibration import RecalibrationRecord
from delay_core.reports import PreprocessReport, TrainReport
from delay_core.training import EncodedDataset
from delay_core.use_cases.prepared_rows import PreparedRows
from delay_core.use_cases.serving_alias import ServingAlias, ServingState


@dataclass(frozen=True)
class Promote:
    """Champion and challenger are compared on the challenger's own test rows.

    `runtime` is a provider: where the challenger serves already, its libraries are not loaded.
    """

    store: ArtifactStore
    codec: TableCodec
    registry: ModelRegistry
    log: PromotionLog
    runtime: Callable[[], ModelRuntime]
    policy: GatePolicy
    alias: str
    seed: int

    def __call__(
        self, challenger: ModelVersion, prepared: PreprocessReport, trained: TrainReport, *, force: bool = False
    ) -> Decision | None:
        """The decision, or None when the challenger serves already; `force` promotes in spite of failed checks.

        A challenger also serves when it was recalibrated: only by force does it replace its recalibrated version.
        Where another version begins to serve meanwhile, the gate decides against that one; by force, as a person saw
        another champion, raises ServingChanged.
        """
        scored = None
        serving = ServingAlias(self.registry, self.log, self.alias)
        while True:
            state = serving.read(challenger.name)
            if state.version is not None and self._is_served_by(state.version, challenger, recalibrated=not force):
                return None
            scored = scored or self._score_challenger(challenger, prepared)
            decision = self._decide(challenger, state, trained, scored, force=force)
            if not decision.changes_serving:
                self.log.append(decision)
                return decision
            try:
                if serving.change(decision, state) or force:
                    return decision
            except ServingChanged:
                if force:
                    raise

    def _is_served_by(self, champion: ModelVersion, challenger: ModelVersion, *, recalibrated: bool) -> bool:
        """Whether the champion is the challenger or, with `recalibrated`, a recalibration of it."""
        if champion.digest == challenger.digest or not recalibrated:
            return champion.digest == challenger.digest
        try:
            record = RecalibrationRecord.read(self.registry.load(champion.name, champion.version).metrics)
        except BundleError:  # then it cannot serve
            return False
        return record is not None and record.base_digest == challenger.digest

    def _decide(
        self,
        challenger: ModelVersion,
        state: ServingState,
        trained: TrainReport,
        scored: "_ScoredChallenger",
        *,
        force: bool,
    ) -> Decision:
        champion = state.version
        comparison, notes = self._compare_with_champion(champion, scored)
        rolled_back = was_rolled_back(state.decisions, challenger.version)
        inputs = self._gate_inputs(trained, scored, comparison, rolled_back=rolled_back)
        checks = run_checks(inputs, self.policy)
        result = decide_promotion(checks, force=force)
        return Decision(
            action="promoted" if result.promoted else "refused",
            name=challenger.name,
            version=challenger.version,
            digest=challenger.digest,
            replaced=champion.version if champion and result.promoted else None,
            reasons=(*result.reasons, *notes),
            notes=notes,
            gain_over_baseline=inputs.gain_over_baseline,
            gain_over_champion=comparison.gain if comparison else None,
            compared_rows=comparison.rows if comparison else None,
            checks=checks,
            policy=self.policy,
            trigger=result.trigger,
        )

    def _score_challenger(self, challenger: ModelVersion, prepared: PreprocessReport) -> "_ScoredChallenger":
        bundle = self.registry.load(challenger.name, challenger.version)
        source = PreparedRows(self.store, self.codec, prepared)
        rows, source_rows = source.encoded(bundle.encoder, "test")
        return _ScoredChallenger(bundle, source, rows, source_rows, self._score(bundle, rows.features))

    def _gate_inputs(
        self,
        trained: TrainReport,
        scored: "_ScoredChallenger",
        comparison: ChampionComparison | None,
        *,
        rolled_back: bool,
    ) -> GateInputs:
        rows, noise_floor = scored.rows, None
        if self.policy.maximum_ece is not None:
            noise_floor = ece_noise_floor(rows.labels, scored.probabilities, self.seed, groups=rows.groups)
        return GateInputs(
            rows=len(rows.labels),
            groups=None if rows.groups is None else len(np.unique(rows.groups)),
            estimates=trained.test.winner,
            gain_over_baseline=trained.test.gain_over_baseline,
            gain_over_recent=trained.test.gain_over_recent,
            slices=trained.slices,
            ece_noise_floor=noise_floor,
            parity=trained.parity,
            leakage=trained.leakage,
            was_rolled_back=rolled_back,
            champion=comparison,
        )

    def _compare_with_champion(
        self, champion: ModelVersion | None, scored: "_ScoredChallenger"
    ) -> tuple[ChampionComparison | None, tuple[str, ...]]:
        """Challenger and champion on the test rows that the champion's model cannot have learned from, if enough.

        The second value has notes for the decision.
        """
        if champion is None:
            return None, ("no version served before",)
        try:
            champion_bundle = self.registry.load(champion.name, champion.version)
        except BundleError as error:  # then it cannot serve either
            return None, (f"version {champion.version} cannot be loaded, so it was not compared: {error}",)
        ends = _training_ends(scored.bundle, champion_bundle)
        missing = set(champion_bundle.encoder.columns) - set(scored.bundle.schema.canonical_columns)
        if missing:
            return ChampionComparison(champion.version, missing=tuple(sorted(missing)), ends=ends), ()
        recent = scored.rows.times > _as_time(_training_end(champion_bundle))
        too_few_unseen = not self._is_enough(scored.rows[recent])
        if too_few_unseen:
            recent[:] = True
        rows, challenger_probabilities = scored.rows[recent], scored.probabilities[recent]
        features = scored.source.encoded(champion_bundle.encoder, "test")[0].features[recent]
        champion_probabilities = self._score(champion_bundle, features)
        predictions = {"challenger": challenger_probabilities, "champion": champion_probabilities}
        columns = scored.source.columns(slice_columns(scored.bundle.schema), scored.source_rows[recent])
        comparison = ChampionComparison(
            champion.version,
            rows=len(rows.labels),
            gain=compare(rows.labels, predictions, self.seed, groups=rows.groups).gain("challenger", "champion"),
            slices=compare_slices(
                columns,
                rows.labels,
                challenger_probabilities,
                champion_probabilities,
                self.seed,
                groups=rows.groups,
            ),
            ends=ends,
        )
        may_have_learned = too_few_unseen or _follows_outcomes_since(champion_bundle, rows.times.min())
        note = "the champion may have learned from some of these rows, which favors it"
        return comparison, (note,) if may_have_learned else ()

    def _is_enough(self, rows: EncodedDataset) -> bool:
        return len(rows.labels) >= (self.policy.minimum_rows or 0) and rows.has_both_classes

    def _score(self, bundle: Bundle, features: NDArray[np.float32]) -> NDArray[np.float64]:
        scorer = self.runtime().load(bundle.files["model.onnx"], len(bundle.encoder.names))
        return bundle.calibrated_probabilities(scorer.late_probability, features)


@dataclass(frozen=True)
class _ScoredChallenger:
    """The challenger's bundle, its test rows and their probabilities; arrays [rows]."""

    bundle: Bundle
    source: PreparedRows
    rows: EncodedDataset
    source_rows: NDArray[np.int64]
    probabilities: NDArray[np.float64]


def _training_ends(challenger: Bundle, champion: Bundle) -> TrainingEnds | None:
    ends = _training_end(challenger), _training_end(champion)
    return TrainingEnds(*ends) if isinstance(ends[0], int) == isinstance(ends[1], int) else None


def _training_end(bundle: Bundle) -> datetime | int:
    """The newest row that the bundle's model learned from: its time (UTC), or its number in a table without times."""
    end = bundle.metrics["windows"]["validation"]["end"]
    return end if isinstance(end, int) else datetime.fromisoformat(end).astimezone(UTC)


def _follows_outcomes_since(bundle: Bundle, moment: np.datetime64) -> bool:
    """Whether the probabilities of the bundle follow outcomes that became known after the moment (UTC)."""
    record = RecalibrationRecord.read(bundle.metrics)
    span = None if record is None else record.calibrator_outcomes
    if span is None or span.last_known_at is None:
        return False
    return bool(np.datetime64(span.last_known_at.replace(tzinfo=None)) > moment)


def _as_time(end: datetime | int) -> np.datetime64:
    """The end as times of rows are written (`delay_core.validation.row_times`)."""
    return np.datetime64(end, "ms") if isinstance(end, int) else np.datetime64(end.replace(tzinfo=None))
