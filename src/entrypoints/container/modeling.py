"""How models are trained, scored, explained and shown."""

from typing import TYPE_CHECKING

from entrypoints.container.injector import containers, providers

if TYPE_CHECKING:
    from delay_core.ports.density_ratio import DensityRatio
    from delay_core.ports.explainer import ModelExplainer
    from delay_core.ports.leakage_probe import LeakageProbe
    from delay_core.ports.model_card_renderer import ModelCardRenderer
    from delay_core.ports.model_runtime import ModelRuntime
    from delay_core.ports.model_trainer import ModelTrainer
    from delay_core.ports.plots import EvaluationPlots
    from delay_core.ports.regression_solver import RegressionSolver
    from delay_core.splits import SplitPolicy


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


def create_split_policy() -> "SplitPolicy":
    from delay_core.splits import SplitPolicy

    return SplitPolicy()


class Modeling(containers.DeclarativeContainer):
    """Libraries for machine learning and plots are loaded when the adapter is used, some only when it computes."""

    trainer = providers.Singleton(create_trainer)
    runtime = providers.Singleton(create_runtime)
    explainer = providers.Singleton(create_explainer)
    regression_solver = providers.Singleton(create_regression_solver)
    leakage_probe = providers.Singleton(create_leakage_probe)
    density_ratio = providers.Singleton(create_density_ratio)
    plots = providers.Singleton(create_plots)
    model_card_renderer = providers.Singleton(create_model_card_renderer)
    split_policy = providers.Singleton(create_split_policy)
