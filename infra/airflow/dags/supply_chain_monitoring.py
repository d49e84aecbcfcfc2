"""Every day: outcomes into the log, then drift, performance and the decision about each version that serves.

A decision to train again, or to roll back, updates the asset that starts `supply_chain_retraining`.
"""

from airflow.sdk import DAG, CronDataIntervalTimetable
from supply_chain import DAG_ARGUMENTS, OUTCOMES, SCHEMA

from entrypoints.airflow.assets import retraining_alias
from entrypoints.airflow.operators import ImportOutcomesOperator, MonitorOperator

with DAG(
    "supply_chain_monitoring",
    schedule=CronDataIntervalTimetable("@daily", timezone="UTC"),
    doc_md=__doc__,
    **DAG_ARGUMENTS,
) as dag:
    import_outcomes = ImportOutcomesOperator(task_id="import_outcomes", schema=SCHEMA, source=OUTCOMES)
    monitor_model = MonitorOperator(
        task_id="monitor_model",
        schema=SCHEMA,
        until="{{ data_interval_end }}",
        outlets=[retraining_alias(SCHEMA)],
    )
    import_outcomes >> monitor_model
