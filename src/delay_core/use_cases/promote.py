"""Promote: the gate decides whether a challenger serves, the decision is recorded, the alias is moved."""

from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
from numpy.typing import NDArray

from delay_core.bundle import Bundle
from delay_core.comparison import compare
from delay_core.evaluation import Figure
from delay_core.ports.artifact_store import ArtifactStore
from delay_core.ports.model_registry import ModelRegistry, ModelVersion
from delay_core.ports.model_runtime import ModelRuntime
from delay_core.ports.promotion_log import PromotionLog
from delay_core.ports.scoring_metrics import ScoringMetrics
from delay_core.ports.table_codec import TableCodec
from delay_core.promotion import MINIMUM_ROWS, Decision, objections, was_withdrawn
from delay_core.reports import Prepared, Trained
from delay_core.training import TrainingRows
from delay_core.use_cases.prepared_rows import PreparedRows


@dataclass(frozen=True)
class Promote:
    """Champion and challenger are compared on the challenger's own test rows."""

    store: ArtifactStore
    codec: TableCodec
    registry: ModelRegistry
    log: PromotionLog
    runtime: ModelRuntime
    metrics: ScoringMetrics
    alias: str
    seed: int

    def __call__(
        self, challenger: ModelVersion, prepared: Prepared, trained: Trained, *, force: bool = False
    ) -> Decision | None:
        """The decision, or None when the challenger serves already; `force` promotes against objections."""
        champion = self.registry.at_alias(challenger.name, self.alias)
        if champion is not None and champion.digest == challenger.digest:
            return None
        meeting = self._meet(champion, challenger, prepared)
        withdrawn = was_withdrawn(self.log.decisions(challenger.name), challenger.version)
        against = [*objections(trained.test.gain_over_baseline, meeting.gain, withdrawn=withdrawn), *meeting.objections]
        promoted = not against or force
        for_it = [f"it beats the historical late rate: log-loss lower by {trained.test.gain_over_baseline}"]
        if champion is not None and meeting.gain is not None:
            for_it.append(f"it beats the champion (version {champion.version}): lower by {meeting.gain}")
        reasons = [f"forced although {objection}" for objection in against] if force and against else against or for_it
        decision = Decision(
            action="promoted" if promoted else "refused",
            name=challenger.name,
            version=challenger.version,
            digest=challenger.digest,
            replaced=champion.version if champion and promoted else None,
            reasons=(*reasons, *meeting.notes),
            gain_over_baseline=trained.test.gain_over_baseline,
            gain_over_champion=meeting.gain,
            compared_rows=meeting.rows,
        )
        self.log.append(decision)
        if promoted:
            self.registry.set_alias(challenger.name, self.alias, challenger.version)
        return decision

    def _meet(self, champion: ModelVersion | None, challenger: ModelVersion, prepared: Prepared) -> "_Meeting":
        if champion is None:
            return _Meeting(notes=("no version served before",))
        new, old = (self.registry.load(v.name, v.version) for v in (challenger, champion))
        missing = set(old.encoder.columns) - set(new.schema.canonical)
        if missing:
            columns = ", ".join(sorted(missing))
            return _Meeting(objections=(f"the champion (version {champion.version}) needs {columns}: not comparable",))
        rows = PreparedRows(self.store, self.codec, prepared)
        tested, served = (rows.encoded(bundle.encoder, "test")[0] for bundle in (new, old))
        recent = tested.times > np.datetime64(_learned_until(old).replace(tzinfo=None))
        unfair = not _enough(tested[recent])
        if unfair:
            recent[:] = True
        predictions = {
            "challenger": self._score(new, tested.features[recent]),
            "champion": self._score(old, served.features[recent]),
        }
        gain = compare(self.metrics, tested.labels[recent], predictions, self.seed).gain("challenger", "champion")
        note = "the champion may have learned from some of these rows, which favours it"
        return _Meeting(gain, int(recent.sum()), notes=(note,) if unfair else ())

    def _score(self, bundle: Bundle, features: NDArray[np.float32]) -> NDArray[np.float64]:
        return self.runtime.load(bundle.files["model.onnx"], len(bundle.encoder.names)).late_probability(features)


@dataclass(frozen=True)
class _Meeting:
    """Challenger and champion on the same rows: how much lower the challenger's log-loss is."""

    gain: Figure | None = None
    rows: int | None = None
    objections: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def _enough(rows: TrainingRows) -> bool:
    return len(rows.labels) >= MINIMUM_ROWS and rows.has_both_classes


def _learned_until(bundle: Bundle) -> datetime:
    return datetime.fromisoformat(bundle.metrics["windows"]["validation"]["end"]).astimezone(UTC)
