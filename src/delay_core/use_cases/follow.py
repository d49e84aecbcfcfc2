"""Follow: the version at the serving alias, verified, compared with the one that serves, loaded and tried."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from delay_core.bundle import Bundle
from delay_core.errors import BundleError, NoSuchModel
from delay_core.ports.explainer import ModelExplainer
from delay_core.ports.model_registry import ModelRegistry, ModelVersion
from delay_core.ports.model_runtime import ModelRuntime
from delay_core.ports.promotion_log import PromotionLog
from delay_core.predictor import Predictor
from delay_core.promotion import Decision
from delay_core.schema import breaking_changes
from delay_core.serving import ServingModel

BY_HAND = "the alias was set by hand"


@dataclass(frozen=True)
class Follow:
    """Whoever serves asks again and again; what is refused changes nothing."""

    registry: ModelRegistry
    runtime: ModelRuntime
    explainer: ModelExplainer
    name: str
    alias: str
    allow_breaking_schema: bool = False
    """Whether a version may serve whose schema refuses requests that the present one accepts."""

    def wanted(self) -> ModelVersion:
        """The version at the alias. Raises NoSuchModel where there is none, StoreError where nobody can tell."""
        version = self.registry.at_alias(self.name, self.alias)
        if version is None:
            raise NoSuchModel(f"no version of {self.name} has the alias {self.alias}")
        return version

    def load(self, version: ModelVersion, serving: ServingModel | None) -> ServingModel:
        """The version, ready to answer in the place of the one that serves.

        Raises BundleError where it must not serve: altered, not loadable, answering no probabilities, or refusing
        requests that are accepted now. Raises StoreError where it cannot be reached.
        """
        bundle = self.registry.load(version.name, version.version)
        if serving is not None and not self.allow_breaking_schema:
            _refuse_breaking_changes(serving.predictor.bundle, bundle)
        model = ServingModel(
            ModelVersion(version.name, version.version, bundle.digest, version.run_id),
            Predictor(bundle, self.runtime, self.explainer),
        )
        _try(model.predictor)
        return model


def record_by_hand(log: PromotionLog, version: ModelVersion) -> bool:
    """Record the version that serves where no decision put it there; whether that was so. Raises StoreError.

    Several may find the same at once: it is recorded once.
    """
    decisions = [decision for decision in log.decisions(version.name) if decision.action != "refused"]
    serving = decisions[-1] if decisions else None
    if serving is not None and serving.version == version.version:
        return serving.reasons == (BY_HAND,)
    log.append(
        Decision(
            action="promoted",
            name=version.name,
            version=version.version,
            digest=version.digest,
            replaced=serving.version if serving else None,
            reasons=(BY_HAND,),
            forced=True,
        )
    )
    return True


def _refuse_breaking_changes(present: Bundle, wanted: Bundle) -> None:
    changes = breaking_changes(present.schema, wanted.schema)
    if changes:
        raise BundleError(f"its schema refuses requests that are accepted now: {'; '.join(changes)}")


def _try(predictor: Predictor) -> None:
    """Ask for one answer, so that the first caller does not wait for what is done once, and a broken model is found.

    The shipment is an empty one: it lies in no range, but the encoder and the model have to bear what is missing.
    """
    schema = predictor.bundle.schema
    empty: dict[str, object] = {}
    for name in predictor.bundle.encoder.columns:
        role = schema.columns[name].role if name in schema.columns else "categorical"
        empty[name] = {
            "numeric": np.array([np.nan]),
            "timestamp": pd.DatetimeIndex([pd.NaT]).tz_localize("UTC"),
        }.get(role, np.array([None], dtype=object))
    try:
        answers = predictor.answer(pd.DataFrame(empty))
    except (ArithmeticError, LookupError, TypeError, ValueError) as error:
        raise BundleError(f"it cannot answer: {error}") from error
    if not 0 <= answers.probabilities[0] <= 1:
        raise BundleError(f"it answers {answers.probabilities[0]}, which is no probability")
