"""An API with keys of all scopes, and a shipment with personal data."""

import pytest

from support.secured_api import CANARY, start_secured


@pytest.fixture(scope="module")
def server(registered, tmp_path_factory):
    with start_secured(registered, tmp_path_factory.mktemp("secured")) as started:
        yield started


@pytest.fixture
def shipment(registered):
    return {**registered.records[0], "driver": f"Ann {CANARY}"}
