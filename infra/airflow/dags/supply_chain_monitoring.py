"""Every day: outcomes into the log, then drift, performance and the decision about each version that serves.

A decision to train again, or to roll back, updates the asset that starts `supply_chain_retraining`. If recalibration is
switched on, the version that serves is recalibrated last, after it was monitored.
"""

from airflow.sdk import DAG, CronDataIntervalTimetable
from supply_chain import DAG_ARGUMENTS, OUTCOMES, SCHEMA

from entrypoints.airflow.assets import retraining_alias, schema_asset
from entrypoints.airflow.operators import ImportOutcomesOperator, MonitorOperator, RecalibrateOperator

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
    recalibrate_model = RecalibrateOperator(
        task_id="recalibrate_model", schema=SCHEMA, outlets=[schema_asset(SCHEMA, "promotion")]
    )
    import_outcomes >> monitor_model >> recalibrate_model
