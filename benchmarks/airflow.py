"""The Airflow provider in a DAG file: what importing it adds, and how long a large file takes: `-m benchmarks.airflow`.

Files are parsed by the function of the DAG processor of Airflow, which imports, checks and serializes them. As there,
each parsing is a fork of a process that has imported Airflow and no provider. Times are those of a processor.
"""

import argparse
import os
import pickle
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from benchmarks.report import Target, finish, print_table

SCHEMAS, TASKS = 50, 6
MAX_IMPORT_MS = 30
MAX_RATIO = 1.2
MODULES = ("operators", "sensors", "assets")
HEAVY = ("pandas", "numpy", "sklearn", "mlflow", "evidently")

_OURS = (
    "from entrypoints.airflow.operators import IngestOperator, PreprocessOperator, PromoteOperator, ScoreOperator, "
    "TrainOperator, MonitorOperator\n"
)
_OURS_TASKS = """
        schema = "schemas/parcels_{}.yaml".format(number)
        a = IngestOperator(task_id="ingest", schema=schema, source="s3://raw/a.csv", until="{{ data_interval_end }}")
        b = PreprocessOperator(task_id="preprocess", schema=schema, ingested="{{ ti.xcom_pull('ingest')['digest'] }}")
        c = TrainOperator(task_id="train", schema=schema, prepared="{{ ti.xcom_pull('preprocess')['digest'] }}")
        d = PromoteOperator(task_id="promote", schema=schema, version="{{ ti.xcom_pull('train')['version'] }}")
        e = ScoreOperator(task_id="score", schema=schema, ingested="{{ ti.xcom_pull('ingest')['digest'] }}")
        f = MonitorOperator(task_id="monitor", schema=schema, until="{{ data_interval_end }}")
        a >> b >> c >> d >> e >> f
"""
_EMPTY = "from airflow.providers.standard.operators.empty import EmptyOperator\n"
_EMPTY_TASKS = """
        a, b, c, d, e, f = [EmptyOperator(task_id="task_{}".format(task)) for task in range(6)]
        a >> b >> c >> d >> e >> f
"""


def dag_file(imports: str, tasks: str) -> str:
    """A file of as many DAGs as there are schemas."""
    dags = f'    with DAG("dag_{{}}".format(number), schedule=None) as dag:\n{tasks}'
    return f"from airflow.sdk import DAG\n{imports}\nfor number in range({SCHEMAS}):\n{dags}"


def import_provider() -> None:
    """Import what DAG files use."""
    for name in MODULES:
        __import__(f"entrypoints.airflow.{name}")
    loaded = [name for name in HEAVY if name in sys.modules]
    if loaded:
        raise RuntimeError(f"the provider loads {', '.join(loaded)}")


def parse(path: Path) -> None:
    """Parse the file as Airflow does. Raises RuntimeError if it has errors."""
    import structlog  # noqa: PLC0415 - after Airflow's home is set
    from airflow.dag_processing.processor import DagFileParseRequest, _parse_file  # noqa: PLC0415

    request = DagFileParseRequest(file=str(path), bundle_path=path.parent, bundle_name="bench", callback_requests=[])
    result = _parse_file(request, structlog.get_logger())
    if result is None or result.import_errors or len(result.serialized_dags) != SCHEMAS:
        raise RuntimeError(f"{path}: {result and result.import_errors}")


def measure(work: Callable[[], None]) -> float:
    """Processor milliseconds of the work in a fork of this process."""
    read, write = os.pipe()
    if not os.fork():
        began = time.process_time()
        work()
        os.write(write, pickle.dumps((time.process_time() - began) * 1000))
        os._exit(0)
    os.close(write)
    os.wait()
    with os.fdopen(read, "rb") as pipe:
        milliseconds: float = pickle.load(pipe)  # noqa: S301 - of our own fork
    return milliseconds


def main() -> None:
    """Measure, print, and compare with the targets."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=7, help="how often each is measured; medians are compared")
    rounds = parser.parse_args().rounds
    with tempfile.TemporaryDirectory() as home:
        os.environ |= {"AIRFLOW_HOME": home, "AIRFLOW__LOGGING__LOGGING_LEVEL": "ERROR"}
        import airflow.dag_processing.processor  # noqa: PLC0415 - after its home is set

        # Names of `airflow.sdk` that are loaded when they are used; every DAG file uses most of them.
        for name in ("DAG", "BaseOperator", "BaseHook", "BaseSensorOperator", "BaseOperatorLink", "Asset"):
            getattr(airflow.sdk, name)
        files = {}
        for name, imports, tasks in (("provider", _OURS, _OURS_TASKS), ("EmptyOperator", _EMPTY, _EMPTY_TASKS)):
            files[name] = Path(home) / f"{name}.py"
            files[name].write_text(dag_file(imports, tasks))
        times: dict[str, list[float]] = {name: [] for name in ("import", *files)}
        for _ in range(rounds):
            times["import"].append(measure(import_provider))
            for name, path in files.items():
                times[name].append(measure(partial(parse, path)))
    medians = {name: statistics.median(values) for name, values in times.items()}
    print_table(
        f"Processor milliseconds, medians of {rounds} rounds",
        ("", "ms"),
        [
            ("import of operators, sensors, assets after airflow.sdk", f"{medians['import']:.1f}"),
            (f"file of {SCHEMAS} schemas × {TASKS} tasks", f"{medians['provider']:.1f}"),
            ("the same of EmptyOperators", f"{medians['EmptyOperator']:.1f}"),
        ],
    )
    finish(
        {
            "import, ms": Target(medians["import"], MAX_IMPORT_MS, "lower"),
            "parsing, times EmptyOperators": Target(medians["provider"] / medians["EmptyOperator"], MAX_RATIO, "lower"),
        }
    )


if __name__ == "__main__":
    main()
