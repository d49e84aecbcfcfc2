"""Alternatives to defaults of training, each with one thing changed, on the histories of `development_histories`.

Models are the equal average of the first candidate of each family, fitted on all rows of a history alike, with
boosting of a fixed number of trees: neither a search nor a choice by the folds hides what a change does.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from adapters.sklearn.model_trainer import ModelTrainer
from adapters.threads import WorkerPool
from benchmarks.quality.development_histories import SEED, History, development_histories
from benchmarks.quality.mean_differences import format_difference, mean_difference, mean_value
from benchmarks.report import print_table
from delay_core import ShipmentSchema
from delay_core.evaluation import Comparison, compare
from delay_core.evaluation.metrics import LOG_LOSS, PR_AUC, ROC_AUC, Metric
from delay_core.features import FeatureEncoder, to_arrays
from delay_core.model_names import describe_model
from delay_core.ports.model_trainer import AVERAGE, Parameters, TrainingSet
from delay_core.ports.progress import Progress
from delay_core.training.search_space import first_candidates
from delay_core.validation import KNOWN_AT, LATE

BOOSTING_TREES = 100
CORES = 2
FORESTS = ("random_forest", "extra_trees")
ALL = ("hist_gradient_boosting", *FORESTS, "logistic_regression")
DEFAULT, HISTORICAL = "as it is", "historical late rate"
METRICS = (LOG_LOSS, ROC_AUC, PR_AUC)

Floats = NDArray[np.float64]
ByFamily = Mapping[str, Floats]
"""Probabilities [rows] of a history's rows to test on, by family."""
IsFeature = Callable[[ShipmentSchema, str], bool]


@dataclass(frozen=True)
class Alternative:
    """Features that no model of `without` has, by schema and name, and other parameters of `FORESTS`."""

    name: str
    leaves_out: IsFeature = lambda _schema, _feature: False
    without: Collection[str] = ALL
    parameters: Parameters = field(default_factory=dict)

    def kept(self, schema: ShipmentSchema, names: Sequence[str], family: str) -> list[int]:
        """The positions of the features that a model of the family has."""
        if family not in self.without:
            return list(range(len(names)))
        return [number for number, name in enumerate(names) if not self.leaves_out(schema, name)]

    def changed(self, family: str, parameters: Parameters) -> Parameters:
        """The parameters of the family in place of its defaults."""
        return {**parameters, **self.parameters} if family in FORESTS else parameters


def _is_calendar_part(part: str) -> IsFeature:
    return lambda schema, feature: feature in {f"{calendar.column}: {part}" for calendar in schema.calendar}


def _is_derived(kind: str) -> IsFeature:
    return lambda schema, feature: feature in schema.derived and schema.derived[feature].kind == kind


def _is_late_rate_of_key(schema: ShipmentSchema, feature: str) -> bool:
    return _is_derived("late_rate")(schema, feature) or feature.endswith(": late rate so far")


ALTERNATIVES = (
    Alternative(DEFAULT),
    Alternative("no trend", _is_calendar_part("trend")),
    Alternative("no month", _is_calendar_part("month")),
    Alternative("no recent late rate", _is_calendar_part("recent late rate")),
    Alternative("no outcome counts", _is_derived("outcome_count")),
    Alternative("no late rates of keys", _is_late_rate_of_key),
    Alternative("late rates: boosting alone", _is_late_rate_of_key, without=ALL[1:]),
    Alternative("late rates: boosting, forest", _is_late_rate_of_key, without=ALL[2:]),
    Alternative("no late rate twice", _is_derived("late_rate")),
    Alternative("leaves of 0.2 % of rows", parameters={"min_samples_leaf": 0.002}),
    Alternative("half as many leaves", parameters={"max_leaf_nodes": 100}),
    Alternative("twice as many leaves", parameters={"max_leaf_nodes": 400}),
    Alternative("trees not shrunk", parameters={"shrinkage_rows": 0.0}),
    Alternative("shrunk by 20 rows", parameters={"shrinkage_rows": 20.0}),
)


def measure(files: Mapping[str, Path], progress: Progress) -> None:
    """Print what each alternative changes, source by source."""
    trainer, pool = ModelTrainer(), WorkerPool(CORES)
    for source, histories in development_histories(files):
        progress.step(f"Fitting alternatives on {source}", len(histories))
        comparisons: dict[int, Comparison] = {}
        for number, comparison in pool.run(partial(_compare, trainer, history) for history in histories):
            comparisons[number] = comparison
            progress.advance()
        _print(source, tuple(trainer.initial_candidates()), [comparisons[number] for number in sorted(comparisons)])


def _compare(trainer: ModelTrainer, history: History) -> Comparison:
    """The models that `_model_name` names; an alternative that changes nothing here has the default's predictions."""
    columns = to_arrays(history.rows, [*history.schema.canonical_columns, LATE, KNOWN_AT])
    encoder = FeatureEncoder.fit(history.schema, columns)
    labels = columns[LATE].astype(np.int8)
    features, unseen = encoder.encode(columns), encoder.encode_table(history.test)
    default: ByFamily = {}
    models = {HISTORICAL: np.full(len(history.test), labels.mean())}
    for alternative in ALTERNATIVES:
        late: dict[str, Floats] = {}
        for candidate in first_candidates(trainer):
            family, parameters = candidate.family, alternative.changed(candidate.family, candidate.parameters)
            kept = alternative.kept(history.schema, encoder.names, family)
            if default and len(kept) == len(encoder.names) and parameters == candidate.parameters:
                late[family] = default[family]
                continue
            parameters = trainer.with_rounds(family, parameters, BOOSTING_TREES)
            train = TrainingSet(np.ascontiguousarray(features[:, kept]), labels)
            late[family] = trainer.fit(family, parameters, train, SEED).late_probability(unseen[:, kept])
        default = default or late
        models |= {_model_name(alternative, family): probabilities for family, probabilities in late.items()}
        models[_model_name(alternative, AVERAGE)] = np.mean(list(late.values()), axis=0)
    return compare(history.labels, models, SEED, groups=history.groups, metrics=METRICS)


def _model_name(alternative: Alternative, family: str) -> str:
    return f"{alternative.name}: {family}"


def _print(source: str, families: Sequence[str], comparisons: Sequence[Comparison]) -> None:
    """Two tables: metrics of the average, and log-losses of the families."""
    of_average = [(AVERAGE, metric) for metric in METRICS]
    heads = [metric.title for metric in METRICS]
    title = f"{source}, {len(comparisons)} histories: the average of the families, and differences from it [95 %]"
    historical = [
        mean_difference(comparisons, HISTORICAL, _model_name(ALTERNATIVES[0], AVERAGE), metric) for metric in METRICS
    ]
    print_table(
        title, ("", *heads), [*_lines(comparisons, of_average), (HISTORICAL, *map(format_difference, historical))]
    )
    of_families = [(family, LOG_LOSS) for family in families]
    print_table(
        f"{source}: the log-loss of each family",
        ("", *(describe_model(family) for family in families)),
        _lines(comparisons, of_families),
    )


def _lines(comparisons: Sequence[Comparison], columns: Sequence[tuple[str, Metric]]) -> list[tuple[str, ...]]:
    """The default's values, then the differences of each alternative that changes anything."""
    default, *others = ALTERNATIVES
    lines = [
        (
            default.name,
            *(str(mean_value(comparisons, _model_name(default, model), metric)) for model, metric in columns),
        )
    ]
    for alternative in others:
        changes = [
            mean_difference(comparisons, _model_name(alternative, model), _model_name(default, model), metric)
            for model, metric in columns
        ]
        if any(change.low or change.high for change in changes):
            lines.append((alternative.name, *map(format_difference, changes)))
    return lines
