"""Follow the serving alias: the version it points at is loaded, verified and tried, and then serves."""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import uuid4

import numpy as np

from delay_core.bundle import Bundle
from delay_core.errors import BundleError, DelayError, NoSuchModel, StoreError
from delay_core.ports.audit_log import AuditEntry, AuditLog
from delay_core.ports.explainer import ModelExplainer
from delay_core.ports.model_catalog import ModelCatalog, ModelVersion
from delay_core.ports.model_runtime import ModelRuntime
from delay_core.ports.serving_promotions import ServingPromotions
from delay_core.predictor import Predictor
from delay_core.schema import breaking_changes
from delay_core.serving import ServingModel

ACTOR = "follower"
"""The actor of audit entries about refreshes that no person requested."""
RETRY_REFUSED_SECONDS = 60.0
"""Time until a refused version is loaded again, since it may have been repaired in its store."""
_LOG = logging.getLogger(__name__)


@dataclass(frozen=True)
class ModelSwap:
    """A version began to serve at `swapped_at` (UTC), in place of `previous` (None: nothing served)."""

    version: ModelVersion
    previous: ModelVersion | None
    actor: str
    request_id: str | None
    swapped_at: datetime


@dataclass(frozen=True)
class RefreshResult:
    """The outcome of one refresh: a swap, no change, or the reason why the version at the alias does not serve."""

    swap: ModelSwap | None = None
    problem: str | None = None
    """For operators: may contain URLs and paths."""
    public_problem: str | None = None
    """The same for callers of the API."""

    @property
    def changed(self) -> bool:
        """Whether another version serves."""
        return self.swap is not None


class FollowAlias:
    """Holds the model that serves. A version that must not serve is audited, and the current one stays.

    `refresh` is not thread-safe. Any thread may read `model` and `problem`, and call `record_swap`.
    """

    def __init__(  # noqa: PLR0913 - the ports, the alias and the policy
        self,
        *,
        catalog: ModelCatalog,
        runtime: ModelRuntime,
        explainer: ModelExplainer,
        promotions: ServingPromotions,
        audit_log: AuditLog,
        name: str,
        alias: str,
        allow_breaking_schema: bool = False,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """`allow_breaking_schema`: a version may serve whose schema refuses requests that the current one accepts."""
        self._catalog, self._runtime, self._explainer = catalog, runtime, explainer
        self._promotions, self._audit_log = promotions, audit_log
        self._name, self._alias, self._allow_breaking_schema = name, alias, allow_breaking_schema
        self._monotonic = monotonic
        self._refused: dict[tuple[int, str], float] = {}
        self.model: ServingModel | None = None
        self.serving_since: datetime | None = None
        self.problem: str | None = "no model was loaded yet"
        self.public_problem: str | None = self.problem

    def refresh(self, actor: str = ACTOR, request_id: str | None = None, *, force: bool = False) -> RefreshResult:
        """Let the version at the alias serve if it differs; `force` retries a version that was refused recently.

        Raises nothing: a problem is part of the result.
        """
        try:
            target = self._target_version()
            refused_at = self._refused.get(_key(target))
            if not force and refused_at is not None and self._monotonic() - refused_at < RETRY_REFUSED_SECONDS:
                return RefreshResult(problem=self.problem, public_problem=self.public_problem)
            swap = self._swap(target, actor, request_id, force=force)
        except DelayError as error:
            if self.problem != str(error):
                _LOG.warning("the serving alias cannot be followed: %s", error)
            return self._fail(str(error), error.public)
        except Exception:  # noqa: BLE001 - whatever a bundle contains, the current model serves on
            _LOG.exception("the serving alias cannot be followed")
            message = "the version at the alias cannot be used; the server's log has the reason"
            return self._fail(message, message)
        self.problem = self.public_problem = None
        return RefreshResult(swap=swap)

    def record_swap(self, swap: ModelSwap, *, ask_promotions: bool = True) -> None:
        """Audit a swap; a promotion by hand is recorded as a decision first, so that it can be rolled back.

        May take many seconds, in which the new version serves already.
        """
        text = f"instead of version {swap.previous.version}" if swap.previous else "at the start"
        text = f"{text}; {self._promoted_by(swap.version) if ask_promotions else 'who set the alias was not checked'}"
        self._audit("model served", swap.version, text, swap.actor, swap.request_id, swap.swapped_at)

    def _fail(self, problem: str, public_problem: str) -> RefreshResult:
        self.problem, self.public_problem = problem, public_problem
        return RefreshResult(problem=problem, public_problem=public_problem)

    def _target_version(self) -> ModelVersion:
        version = self._catalog.get_by_alias(self._name, self._alias)
        if version is None:
            raise NoSuchModel(f"no version of {self._name} has the alias {self._alias}")
        return version

    def _swap(self, target: ModelVersion, actor: str, request_id: str | None, *, force: bool) -> ModelSwap | None:
        current = self.model
        if current is not None and _key(current.version) == _key(target):
            return None
        try:
            model = self._load(target, current)
        except BundleError as error:
            is_new = _key(target) not in self._refused
            self._refused = {_key(target): self._monotonic()}
            if is_new or force:
                self._audit("model refused", target, str(error), actor, request_id, datetime.now(UTC))
            raise
        swapped_at = datetime.now(UTC)
        self.model, self.serving_since = model, swapped_at
        self._refused = {}
        return ModelSwap(target, current.version if current else None, actor, request_id, swapped_at)

    def _load(self, version: ModelVersion, current: ServingModel | None) -> ServingModel:
        bundle = self._catalog.load(version.name, version.version)
        if current is not None and not self._allow_breaking_schema:
            _refuse_breaking_schema(current.predictor.bundle, bundle)
        model = ServingModel(
            ModelVersion(version.name, version.version, bundle.digest, version.run_id),
            Predictor(bundle, self._runtime, self._explainer),
        )
        _smoke_test(model.predictor)
        return model

    def _promoted_by(self, version: ModelVersion) -> str:
        try:
            by_hand = self._promotions.record_manual(version)
        except StoreError as error:
            _LOG.warning("it is unknown who set the alias: %s", error)
            return "who set the alias could not be checked"
        return "its alias was set by hand" if by_hand else "by a recorded decision"

    def _audit(
        self, action: str, version: ModelVersion, outcome: str, actor: str, request_id: str | None, time: datetime
    ) -> None:
        subject = f"{version.name} version {version.version}"
        _LOG.log(logging.INFO if action == "model served" else logging.ERROR, "%s: %s, %s", action, subject, outcome)
        try:
            self._audit_log.append([AuditEntry(uuid4(), time, actor, action, subject, outcome, request_id)])
        except StoreError as error:
            _LOG.error("not audited: %s, %s, %s: %s", action, subject, outcome, error)


def _key(version: ModelVersion) -> tuple[int, str]:
    return version.version, version.digest


def _refuse_breaking_schema(current: Bundle, target: Bundle) -> None:
    changes = breaking_changes(current.schema, target.schema)
    if changes:
        raise BundleError(f"its schema refuses requests that are accepted now: {'; '.join(changes)}")


def _smoke_test(predictor: Predictor) -> None:
    """Predict one shipment, to find a broken model and so that the first request does not pay for lazy initialisation.

    Every value of the shipment is missing: it breaks the schema, but encoder and model must handle missing values. Like
    requests, it is predicted from arrays: the first table of a process loads code that no request needs.
    """
    schema = predictor.bundle.schema
    missing_reason = np.array([None], dtype=object)
    values = {
        name: schema.role(name).missing_values(1) if name in schema.columns else missing_reason
        for name in predictor.bundle.encoder.columns
    }
    try:
        probability = predictor.predict_columns(values).probabilities[0]
    except (ArithmeticError, LookupError, TypeError, ValueError) as error:
        raise BundleError(f"it cannot predict: {error}") from error
    if not 0 <= probability <= 1:
        raise BundleError(f"it predicts {probability}, which is no probability")
