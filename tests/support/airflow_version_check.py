"""Run by the Python of another Airflow: the modules of the provider, its info, serialized operators, and its errors."""

import sys
from importlib import import_module, metadata
from pkgutil import walk_packages

import airflow
from airflow.sdk import DAG


def serialize(dag: DAG) -> dict[str, object]:
    """The DAG as Airflow stores it; the class has another name since 3.2."""
    module = import_module("airflow.serialization.serialized_objects")
    serializer = getattr(module, "DagSerialization", None) or module.SerializedDAG
    serialized: dict[str, object] = serializer.to_dict(dag)
    return serialized


def main() -> None:
    """Raise AssertionError if something differs."""
    provider = import_module("entrypoints.airflow")
    names = [module.name for module in walk_packages(provider.__path__, "entrypoints.airflow.")]
    for name in names:
        if not name.endswith(".connection"):  # it reads the product's settings, with a library that tasks need
            import_module(name)
    entries = metadata.entry_points(group="apache_airflow_provider")
    [info] = [entry.load()() for entry in entries if entry.value.startswith("entrypoints.airflow.")]
    operators = import_module("entrypoints.airflow.operators")
    with DAG("versions", schedule=None) as dag:
        ingest = operators.IngestOperator(task_id="ingest", schema="x", source="y", until="{{ data_interval_end }}")
        preprocess = operators.PreprocessOperator(task_id="preprocess", schema="x", ingested=ingest.output)
        train = operators.TrainOperator(task_id="train", schema="x", prepared=preprocess.output)
        operators.PromoteOperator(task_id="promote", schema="x", version=train.output)
        operators.MonitorOperator(task_id="monitor", schema="x")
    text = str(serialize(dag))
    assert all(f"_link_{link.rpartition('.')[2]}" in text for link in info["extra-links"])
    assert preprocess.upstream_task_ids == {"ingest"}
    failures, compat = (
        import_module("entrypoints.airflow.failures"),
        import_module("airflow.providers.common.compat.sdk"),
    )
    message = ""
    try:
        with failures.translate_errors():
            raise failures.errors.SchemaError("x.yaml: no such file")
    except compat.AirflowFailException as error:
        message = str(error)
    assert message == "x.yaml: no such file"
    sys.stdout.write(f"Airflow {airflow.__version__}: {len(names)} modules, {len(dag.task_ids)} serialized operators\n")


if __name__ == "__main__":
    main()
