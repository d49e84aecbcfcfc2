"""Airflow's tables beside those of MLflow in one process."""

import sys


def complete_models() -> None:
    """Load the rest of Airflow's models if some are loaded, as the lineage provider does.

    SQLAlchemy configures all models of a process together: without the rest, a query of an embedded MLflow fails.
    """
    if "airflow.models.taskinstance" in sys.modules:
        from airflow.models import import_all_models

        import_all_models()  # type: ignore[no-untyped-call]  # Airflow has no types there
