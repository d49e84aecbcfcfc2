"""Tasks of Airflow run by the test itself, as a worker runs them."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, cast

from airflow.sdk import DAG, BaseOperator
from airflow.sdk.bases.operator import ExecutorSafeguard

if TYPE_CHECKING:
    from airflow.sdk.definitions.context import Context


class TaskInstance:
    """The part of a task instance that templates and arguments use: the results of the tasks before."""

    def __init__(self, results: Mapping[str, Any]) -> None:
        self._results = results

    def xcom_pull(self, task_ids: str, **_: object) -> Any:
        """The result of the task."""
        return self._results[task_ids]


def run(task: BaseOperator, context: Mapping[str, Any] | None = None) -> Any:
    """What the task returns."""
    token = ExecutorSafeguard.tracker.set(task)
    try:
        return task.execute(cast("Context", context or {}))
    finally:
        ExecutorSafeguard.tracker.reset(token)


def run_dag(dag: DAG, **context: Any) -> dict[str, Any]:
    """Render and run the tasks of a DAG in order; the result of each by its id."""
    results: dict[str, Any] = {}
    for task in dag.topological_sort():  # type: ignore[no-untyped-call]
        scope = {"ti": TaskInstance(results), "task": task, "dag": dag, **context}
        task.render_template_fields(cast("Context", scope))
        results[task.task_id] = run(cast("BaseOperator", task), scope)
    return results
