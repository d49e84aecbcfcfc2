"""The product's DAGs, and a client of Airflow's REST API."""

from infra.airflow.client import AirflowClient, AirflowError, DagRun, TaskState

__all__ = ["AirflowClient", "AirflowError", "DagRun", "TaskState"]
