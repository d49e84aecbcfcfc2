"""The code of docs/airflow.md runs, and its tables are complete."""

import re
from datetime import UTC, datetime
from pathlib import Path

from airflow.sdk import DAG

from entrypoints.airflow import connection, operators
from entrypoints.airflow.failures import EFFECTS, Effect
from entrypoints.airflow.provider_info import get_provider_info
from support.airflow_tasks import run_dag
from support.shipment_tables import raw_shipments

PAGE = (Path(__file__).parents[3] / "docs/airflow.md").read_text()
BLOCKS = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)


def test_the_dag_of_the_page__has_fifteen_lines_and_trains_and_decides(product):
    names = {}
    assert len([line for line in BLOCKS[0].splitlines() if line]) <= 15
    exec(BLOCKS[0], names)  # noqa: S102 - the page's own code
    product.source.tables[names["SOURCE"]] = raw_shipments(1, 300)
    results = run_dag(names["dag"], data_interval_end=datetime(2024, 2, 20, tzinfo=UTC))
    assert results["ingest_data"]["rows"]["excluded"] > 0
    assert results["train_model"]["version"] == results["promote"]["version"] == 1
    assert results["promote"]["action"] in ("promoted", "refused")


def test_the_sensors_of_the_page__can_be_created():
    with DAG("waiting", schedule=None) as dag:
        exec(BLOCKS[1], {"SCHEMA": "smart_logistics"})  # noqa: S102 - the page's own code
    assert sorted(dag.task_ids) == ["due", "landed"]


def test_the_page__names_every_operator_argument_extra_and_effect():
    for name in operators.__all__:
        [row] = [line for line in PAGE.splitlines() if line.startswith(f"| `{name}`")]
        own = set(getattr(operators, name).template_fields) - {"delay_conn_id", "schema"}
        assert own <= set(re.findall(r"`(\w+)`", row.split("|")[2]))
    form = PAGE.partition("The form has")[2].partition(".")[0]
    [kind] = get_provider_info()["connection-types"]
    assert set(re.findall(r"`(\w+)`", form)) == set(kind["conn-fields"])
    assert {effect for _, effect in EFFECTS} == set(Effect)
    assert all(f"`{name}`" in PAGE for name in ("gate", "database", "monitoring"))
    assert not {"gate", "database", "monitoring"} & set(connection.SERVICE_SETTINGS)
