"""The operators, each of which runs one use case."""

from entrypoints.airflow.operators.logs import ImportOutcomesOperator, MonitorOperator
from entrypoints.airflow.operators.models import PromoteOperator, RecalibrateOperator, ScoreOperator, TrainOperator
from entrypoints.airflow.operators.tables import IngestOperator, PreprocessOperator

__all__ = [
    "ImportOutcomesOperator",
    "IngestOperator",
    "MonitorOperator",
    "PreprocessOperator",
    "PromoteOperator",
    "RecalibrateOperator",
    "ScoreOperator",
    "TrainOperator",
]
