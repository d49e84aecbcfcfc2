"""What the product's errors mean to Airflow: fail at once, skip, or retry.

An error that is not listed, and every bug, is raised as it is: Airflow retries it as often as the task allows.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from enum import Enum

from delay_core import errors


class Effect(Enum):
    """What an error does to its task."""

    FAIL = "fails without a retry: the same input fails again"
    SKIP = "is skipped: there is nothing to do yet"
    RETRY = "fails, and is retried: another attempt may succeed"


EFFECTS: tuple[tuple[type[Exception], Effect], ...] = (
    (errors.NoDataYet, Effect.SKIP),
    (errors.TooFewOutcomes, Effect.SKIP),
    (errors.SourceUnavailable, Effect.RETRY),
    (errors.MigrationRequired, Effect.FAIL),
    (errors.StoreError, Effect.RETRY),
    (errors.NotificationError, Effect.RETRY),
    (errors.DelayError, Effect.FAIL),
    (ModuleNotFoundError, Effect.FAIL),
)
"""The first kind that an error has decides."""


def effect_of(error: Exception) -> Effect:
    """What this error does to its task."""
    return next((effect for kind, effect in EFFECTS if isinstance(error, kind)), Effect.RETRY)


@contextmanager
def translate_errors() -> Iterator[None]:
    """Raise the errors of the block as Airflow's, with the product's message first."""
    try:
        yield
    except Exception as error:
        from airflow.providers.common.compat.sdk import AirflowFailException, AirflowSkipException

        match effect_of(error):
            case Effect.FAIL:
                raise AirflowFailException(str(error)) from error
            case Effect.SKIP:
                raise AirflowSkipException(str(error)) from error
            case Effect.RETRY:
                raise
