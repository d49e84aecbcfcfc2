"""Promote: the gate decides whether a challenger serves, the decision is recorded, the alias is moved."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
from numpy.typing import NDArray

from delay_core.bundle import Bundle
from delay_core.errors import BundleError
from delay_core.evaluation import SliceResult, compare, compare_slices, ece_noise_floor, slice_columns
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
    SliceGain,
    judge,
    verdict,
    was_withdrawn,
)
from delay_core.reports import PreprocessReport, TrainReport
from delay_core.scoring import served_probabilities
from delay_core.training import EncodedDataset
from delay_core.use_cases.prepared_rows import PreparedRows


@dataclass(frozen=True)
class Promote:
    """Champion and challenger are compared on the challenger's own test rows.

    What scores comes as providers: where the challenger serves already, their libraries are not loaded.
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
        """The decision, or None when the challenger serves already; `force` promotes against failed checks."""
        champion = self.registry.get_by_alias(challenger.name, self.alias)
        if champion is not None and champion.digest == challenger.digest:
            return None
        tested = self._tested(challenger, prepared)
        meeting, notes = self._meet(champion, tested)
        evidence = self._evidence(challenger, trained, tested, meeting)
        checks = judge(evidence, self.policy)
        found = verdict(checks, force=force)
        decision = Decision(
            action="promoted" if found.promoted else "refused",
            name=challenger.name,
            version=challenger.version,
            digest=challenger.digest,
            replaced=champion.version if champion and found.promoted else None,
            reasons=(*found.reasons, *notes),
            gain_over_baseline=evidence.gain_over_baseline,
            gain_over_champion=meeting.gain if meeting else None,
            compared_rows=meeting.rows if meeting else None,
            checks=checks,
            policy=self.policy,
            forced=found.forced,
        )
        self.log.append(decision)
        if found.promoted:
            self.registry.set_alias(challenger.name, self.alias, challenger.version)
        return decision

    def _tested(self, challenger: ModelVersion, prepared: PreprocessReport) -> "_Tested":
        bundle = self.registry.load(challenger.name, challenger.version)
        source = PreparedRows(self.store, self.codec, prepared)
        rows, source_rows = source.encoded(bundle.encoder, "test")
        return _Tested(bundle, source, rows, source_rows, self._score(bundle, rows.features))

    def _evidence(
        self, challenger: ModelVersion, trained: TrainReport, tested: "_Tested", meeting: ChampionComparison | None
    ) -> GateInputs:
        rows, chance = tested.rows, None
        if self.policy.maximum_ece is not None:
            chance = ece_noise_floor(rows.labels, tested.probabilities, self.seed, groups=rows.groups)
        return GateInputs(
            rows=len(rows.labels),
            groups=None if rows.groups is None else len(np.unique(rows.groups)),
            figures=trained.test.winner,
            gain_over_baseline=trained.test.gain_over_baseline,
            slices=_gains(trained.slices),
            chance_ece=chance,
            parity=trained.parity,
            leakage=trained.leakage,
            withdrawn=was_withdrawn(self.log.decisions(challenger.name), challenger.version),
            champion=meeting,
        )

    def _meet(
        self, champion: ModelVersion | None, tested: "_Tested"
    ) -> tuple[ChampionComparison | None, tuple[str, ...]]:
        """Challenger and champion on the test rows that the champion cannot have learned from, where these suffice."""
        if champion is None:
            return None, ("no version served before",)
        try:
            old = self.registry.load(champion.name, champion.version)
        except BundleError as error:  # it cannot serve either
            return None, (f"version {champion.version} cannot be loaded, nor compared: {error}",)
        missing = set(old.encoder.columns) - set(tested.bundle.schema.canonical_columns)
        if missing:
            return ChampionComparison(champion.version, missing=tuple(sorted(missing))), ()
        recent = tested.rows.times > np.datetime64(_learned_until(old).replace(tzinfo=None))
        unfair = not self._enough(tested.rows[recent])
        if unfair:
            recent[:] = True
        served = tested.source.encoded(old.encoder, "test")[0].features[recent]
        rows, ours, theirs = tested.rows[recent], tested.probabilities[recent], self._score(old, served)
        predictions = {"challenger": ours, "champion": theirs}
        compared = compare(rows.labels, predictions, self.seed, groups=rows.groups)
        columns = tested.source.columns(slice_columns(tested.bundle.schema), tested.source_rows[recent])
        slices = compare_slices(columns, rows.labels, ours, theirs, self.seed, groups=rows.groups)
        meeting = ChampionComparison(
            champion.version,
            rows=len(rows.labels),
            gain=compared.improvement("challenger", "champion"),
            slices=_gains(slices),
        )
        note = "the champion may have learned from some of these rows, which favours it"
        return meeting, (note,) if unfair else ()

    def _enough(self, rows: EncodedDataset) -> bool:
        return len(rows.labels) >= self.policy.minimum_rows and rows.has_both_classes

    def _score(self, bundle: Bundle, features: NDArray[np.float32]) -> NDArray[np.float64]:
        scorer = self.runtime().load(bundle.files["model.onnx"], len(bundle.encoder.names))
        return served_probabilities(bundle, scorer, features)


@dataclass(frozen=True)
class _Tested:
    """The challenger and its test rows; arrays [rows]."""

    bundle: Bundle
    source: PreparedRows
    rows: EncodedDataset
    source_rows: NDArray[np.int64]
    probabilities: NDArray[np.float64]


def _learned_until(bundle: Bundle) -> datetime:
    return datetime.fromisoformat(bundle.metrics["windows"]["validation"]["end"]).astimezone(UTC)


def _gains(slices: Iterable[SliceResult]) -> tuple[SliceGain, ...]:
    return tuple(SliceGain(part.column, part.value, part.rows, part.gain_over_baseline) for part in slices)
