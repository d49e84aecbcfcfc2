"""Promote: the gate decides whether a challenger serves, the decision is recorded, the alias is moved."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
from numpy.typing import NDArray

from delay_core.bundle import Bundle
from delay_core.errors import BundleError
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
    decide_promotion,
    run_checks,
    was_rolled_back,
)
from delay_core.reports import PreprocessReport, TrainReport
from delay_core.training import EncodedDataset
from delay_core.use_cases.prepared_rows import PreparedRows


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
        """The decision, or None when the challenger serves already; `force` promotes in spite of failed checks."""
        champion = self.registry.get_by_alias(challenger.name, self.alias)
        if champion is not None and champion.digest == challenger.digest:
            return None
        scored = self._score_challenger(challenger, prepared)
        comparison, notes = self._compare_with_champion(champion, scored)
        inputs = self._gate_inputs(challenger, trained, scored, comparison)
        checks = run_checks(inputs, self.policy)
        result = decide_promotion(checks, force=force)
        decision = Decision(
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
        self.log.append(decision)
        if result.promoted:
            self.registry.set_alias(challenger.name, self.alias, challenger.version)
        return decision

    def _score_challenger(self, challenger: ModelVersion, prepared: PreprocessReport) -> "_ScoredChallenger":
        bundle = self.registry.load(challenger.name, challenger.version)
        source = PreparedRows(self.store, self.codec, prepared)
        rows, source_rows = source.encoded(bundle.encoder, "test")
        return _ScoredChallenger(bundle, source, rows, source_rows, self._score(bundle, rows.features))

    def _gate_inputs(
        self,
        challenger: ModelVersion,
        trained: TrainReport,
        scored: "_ScoredChallenger",
        comparison: ChampionComparison | None,
    ) -> GateInputs:
        rows, noise_floor = scored.rows, None
        if self.policy.maximum_ece is not None:
            noise_floor = ece_noise_floor(rows.labels, scored.probabilities, self.seed, groups=rows.groups)
        return GateInputs(
            rows=len(rows.labels),
            groups=None if rows.groups is None else len(np.unique(rows.groups)),
            estimates=trained.test.winner,
            gain_over_baseline=trained.test.gain_over_baseline,
            slices=trained.slices,
            ece_noise_floor=noise_floor,
            parity=trained.parity,
            leakage=trained.leakage,
            was_rolled_back=was_rolled_back(self.log.decisions(challenger.name), challenger.version),
            champion=comparison,
        )

    def _compare_with_champion(
        self, champion: ModelVersion | None, scored: "_ScoredChallenger"
    ) -> tuple[ChampionComparison | None, tuple[str, ...]]:
        """Challenger and champion on the test rows that the champion cannot have learned from, if these are enough.

        The second value has notes for the decision.
        """
        if champion is None:
            return None, ("no version served before",)
        try:
            champion_bundle = self.registry.load(champion.name, champion.version)
        except BundleError as error:  # then it cannot serve either
            return None, (f"version {champion.version} cannot be loaded, so it was not compared: {error}",)
        missing = set(champion_bundle.encoder.columns) - set(scored.bundle.schema.canonical_columns)
        if missing:
            return ChampionComparison(champion.version, missing=tuple(sorted(missing))), ()
        recent = scored.rows.times > np.datetime64(_training_cutoff(champion_bundle).replace(tzinfo=None))
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
        )
        note = "the champion may have learned from some of these rows, which favors it"
        return comparison, (note,) if too_few_unseen else ()

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


def _training_cutoff(bundle: Bundle) -> datetime:
    """The end of the window that the bundle's model learned from, in UTC."""
    return datetime.fromisoformat(bundle.metrics["windows"]["validation"]["end"]).astimezone(UTC)
