"""The Airflow provider: operators, a hook and its connection type, sensors, triggers, links, assets.

Importing it loads Airflow's task SDK and nothing of the product's libraries: a DAG file stays cheap to parse. A task
builds the container when it runs.
"""

from importlib.util import find_spec

if find_spec("airflow") is None:
    raise ModuleNotFoundError("airflow is not installed: pip install 'delay-core[airflow]'", name="airflow")
