"""How models are trained, scored, explained and shown."""

import os
from typing import TYPE_CHECKING

from entrypoints.container.injector import containers, providers
from entrypoints.settings import Settings

if TYPE_CHECKING:
    from delay_core.ports.density_ratio import DensityRatio
    from delay_core.ports.explainer import ModelExplainer
    from delay_core.ports.leakage_probe import LeakageProbe
    from delay_core.ports.model_card_renderer import ModelCardRenderer
    from delay_core.ports.model_runtime import ModelRuntime
    from delay_core.ports.model_trainer import ModelTrainer
    from delay_core.ports.plots import EvaluationPlots
    from delay_core.ports.regression_solver import RegressionSolver
    from delay_core.ports.worker_pool import WorkerPool
    from delay_core.splits import SplitPolicy

MAX_DEFAULT_WORKERS = 4


def create_trainer() -> "ModelTrainer":
    from adapters.sklearn.model_trainer import ModelTrainer

    return ModelTrainer()


def create_runtime() -> "ModelRuntime":
    from adapters.onnx import ModelRuntime

    return ModelRuntime()


def create_explainer() -> "ModelExplainer":
    from adapters.onnx import ModelExplainer

    return ModelExplainer()


def create_regression_solver() -> "RegressionSolver":
    from adapters.sklearn.regression_solver import RegressionSolver

    return RegressionSolver()


def create_leakage_probe() -> "LeakageProbe":
    from adapters.sklearn.leakage_probe import LeakageProbe

    return LeakageProbe()


def create_density_ratio() -> "DensityRatio":
    from adapters.sklearn.density_ratio import DensityRatio

    return DensityRatio()


def create_plots() -> "EvaluationPlots":
    from adapters.matplotlib import EvaluationPlots

    return EvaluationPlots()


def create_model_card_renderer() -> "ModelCardRenderer":
    from adapters.html import ModelCardRenderer

    return ModelCardRenderer()


def create_worker_pool(workers: int | None) -> "WorkerPool":
    """With as many workers, or one for each core that this process may use."""
    from adapters.threads import WorkerPool

    return WorkerPool(workers or min(_cores(), MAX_DEFAULT_WORKERS))


def create_split_policy() -> "SplitPolicy":
    from delay_core.splits import SplitPolicy

    return SplitPolicy()


class Modeling(containers.DeclarativeContainer):
    """Libraries for machine learning and plots are loaded when the adapter is used, some only when it computes."""

    settings: providers.Dependency[Settings] = providers.Dependency(instance_of=Settings)
    trainer = providers.Singleton(create_trainer)
    runtime = providers.Singleton(create_runtime)
    explainer = providers.Singleton(create_explainer)
    regression_solver = providers.Singleton(create_regression_solver)
    leakage_probe = providers.Singleton(create_leakage_probe)
    density_ratio = providers.Singleton(create_density_ratio)
    plots = providers.Singleton(create_plots)
    model_card_renderer = providers.Singleton(create_model_card_renderer)
    worker_pool = providers.Singleton(create_worker_pool, workers=settings.provided.training_workers)
    split_policy = providers.Singleton(create_split_policy)


def _cores() -> int:
    has_affinity = hasattr(os, "sched_getaffinity")  # macOS and Windows have no such function
    return len(os.sched_getaffinity(0)) if has_affinity else os.cpu_count() or 1
