"""What a key may do."""

from enum import StrEnum


class Scope(StrEnum):
    """What a key allows. Without any scope it reads the model's description and the metrics."""

    PREDICT = "predict"
    OUTCOMES = "outcomes"
    ADMIN = "admin"
