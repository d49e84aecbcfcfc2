"""A program: runs a DAG of a folder by `dag.test()`, and prints what its tasks returned.

Arguments: the folder, the DAG's id, the logical date. The environment has the settings of Airflow and of the stores.
"""

import importlib
import json
import sys
from datetime import datetime


def main() -> int:
    """The exit status is 1 if a task fails."""
    folder, dag_id, moment = sys.argv[1:]
    from airflow.utils import db  # noqa: PLC0415 - reads the environment, and takes seconds

    db.initdb()
    sys.path.insert(0, folder)
    dag = importlib.import_module(dag_id).dag
    run = dag.test(logical_date=datetime.fromisoformat(moment))
    results = {task.task_id: task.xcom_pull(task_ids=task.task_id) for task in run.get_task_instances()}
    sys.stdout.write(f"\n{json.dumps(results)}\n")
    return 0 if run.state == "success" else 1


if __name__ == "__main__":
    sys.exit(main())
