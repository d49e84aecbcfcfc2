"""Every day: outcomes into the log, then drift, performance and the decision about each version that serves.

A decision to train again, or to roll back, updates an asset that starts `supply_chain_retraining`.
"""

from airflow.sdk import DAG, CronDataIntervalTimetable, task
from airflow.sdk.exceptions import AirflowSkipException
from supply_chain import DAG_ARGUMENTS, OUTCOMES, RETRAINING, SCHEMA, result_of

from entrypoints.airflow.operators import ImportOutcomesOperator, MonitorOperator

with DAG(
    "supply_chain_monitoring",
    schedule=CronDataIntervalTimetable("@daily", timezone="UTC"),
    doc_md=__doc__,
    **DAG_ARGUMENTS,
) as dag:
    import_outcomes = ImportOutcomesOperator(task_id="import_outcomes", schema=SCHEMA, source=OUTCOMES)
    monitor_model = MonitorOperator(task_id="monitor_model", schema=SCHEMA, until="{{ data_interval_end }}")

    @task(outlets=[RETRAINING])
    def request_retraining(severity: str) -> None:
        """Update the asset if people or a new model have to act."""
        if severity not in ("retrain", "roll back"):
            raise AirflowSkipException(f"The decision is {severity}: no new model is needed")

    import_outcomes >> monitor_model >> request_retraining(result_of("monitor_model", "severity"))
