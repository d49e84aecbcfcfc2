"""Airflow as a library: without its database, with a home of its own, before anything imports it."""

import os
import tempfile
import warnings

import pytest

_HOME = tempfile.TemporaryDirectory(prefix="airflow-")
os.environ |= {
    "AIRFLOW_HOME": _HOME.name,
    "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
    "_AIRFLOW__AS_LIBRARY": "1",  # without its logging, plugins and database
}
with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)  # those of Airflow's own modules
    import airflow.sdk.bases.operator  # noqa: F401

from entrypoints.airflow.hooks import DelayCoreHook  # noqa: E402 - after Airflow's settings
from fakes.shipment_source import ShipmentSource  # noqa: E402
from support.fake_product import FakeProduct  # noqa: E402


@pytest.fixture
def use_product(monkeypatch):
    """Let operators use the fakes of a product, which connections would select."""

    def use(product):
        monkeypatch.setattr(DelayCoreHook, "_create_container", lambda *_: product.container)
        return product

    return use


@pytest.fixture
def product(use_product):
    return use_product(FakeProduct(ShipmentSource({}, chunk_rows=250)))
