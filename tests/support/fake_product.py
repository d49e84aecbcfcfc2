"""The product's own container with a fake in place of every adapter."""

from copy import deepcopy
from dataclasses import dataclass, field, fields
from functools import partial
from typing import Any

from dependency_injector import providers

from delay_core.promotion import GatePolicy
from entrypoints.container import Container
from entrypoints.settings import Settings
from fakes.action_log import ActionLog
from fakes.artifact_store import ArtifactStore
from fakes.audit_log import AuditLog
from fakes.experiment_tracker import ExperimentTracker
from fakes.explainer import ModelExplainer
from fakes.ground_truth import GroundTruth
from fakes.leakage_probe import LeakageProbe
from fakes.model_card_renderer import ModelCardRenderer
from fakes.model_catalog import ModelCatalog
from fakes.model_registry import ModelRegistry
from fakes.model_runtime import ModelRuntime
from fakes.model_trainer import ModelTrainer
from fakes.outcome_log import OutcomeLog
from fakes.plots import EvaluationPlots
from fakes.prediction_log import PredictionLog
from fakes.prediction_reader import PredictionReader
from fakes.prediction_retention import PredictionRetention
from fakes.progress import Progress
from fakes.promotion_log import PromotionLog
from fakes.regression_solver import RegressionSolver
from fakes.shipment_source import ShipmentSource
from fakes.table_codec import TableCodec

ALIAS = "production"


@dataclass
class FakeProduct:
    """The fakes that tests set up and look into, and the real container that connects them.

    `created` are the names of the adapters that a use case created although they are expensive.
    """

    source: ShipmentSource
    store: ArtifactStore = field(default_factory=ArtifactStore)
    registry: ModelRegistry = field(default_factory=ModelRegistry)
    promotion_log: PromotionLog = field(default_factory=PromotionLog)
    tracker: ExperimentTracker = field(default_factory=ExperimentTracker)
    prediction_log: PredictionLog = field(default_factory=PredictionLog)
    progress: Progress = field(default_factory=Progress)
    created: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.catalog = ModelCatalog(self.registry)
        reader = PredictionReader(self.prediction_log)
        self.outcome_log = OutcomeLog(reader)
        self.action_log = ActionLog()
        settings = Settings(trials=4, seed=0, model_name=None, model_alias=ALIAS, gate=GatePolicy())
        self.container = Container(settings=settings, progress=self.progress)
        self._override("storage", shipment_source=self.source, artifact_store=self.store, table_codec=TableCodec())
        self._override(
            "registry",
            model_registry=self.registry,
            model_catalog=self.catalog,
            promotion_log=self.promotion_log,
            experiment_tracker=self.tracker,
        )
        self._override(
            "logs",
            prediction_log=self.prediction_log,
            prediction_reader=reader,
            prediction_retention=PredictionRetention(self.prediction_log),
            outcome_log=self.outcome_log,
            audit_log=AuditLog(),
            retention_outcomes=self.outcome_log,
            action_log=self.action_log,
            retention_actions=self.action_log,
        )
        self._override(
            "modeling",
            trainer=ModelTrainer(),
            runtime=self._recorded(ModelRuntime()),
            explainer=self._recorded(ModelExplainer()),
            regression_solver=self._recorded(RegressionSolver()),
            leakage_probe=self._recorded(LeakageProbe()),
            plots=self._recorded(EvaluationPlots()),
            model_card_renderer=self._recorded(ModelCardRenderer()),
        )
        self._override("storage", ground_truth=self._recorded(GroundTruth({})))

    def copy(self) -> "FakeProduct":
        """A product in the same state, so that tests share the seconds of a training."""
        return FakeProduct(**{each.name: deepcopy(getattr(self, each.name)) for each in fields(self)})

    def __getattr__(self, use_case: str) -> Any:
        """The use case of this name, created by the container."""
        if use_case.startswith("_") or use_case == "container":
            raise AttributeError(use_case)
        return getattr(self.container.use_cases, use_case)()

    def _override(self, container: str, **fakes: Any) -> None:
        for name, fake in fakes.items():
            getattr(getattr(self.container, container), name).override(fake)

    def _recorded(self, fake: Any) -> providers.Provider[Any]:
        return providers.Callable(partial(self._record, fake))

    def _record(self, fake: Any) -> Any:
        self.created.append(type(fake).__name__)
        return fake
