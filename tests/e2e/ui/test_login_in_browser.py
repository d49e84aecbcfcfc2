"""Streamlit's secrets in a real browser: the login with a real OIDC provider on loopback, and the settings in them."""

import json
import os
import re
import sys

import pytest
from playwright.sync_api import expect

from infra.local.child_process import ServerProcess
from support.fake_api import FakeApi
from support.ui_server import WAIT_SECONDS, UiServer, open_browser

ANN = "ann@example.com"
SECRETS = """
DELAY_UI__API_KEY = "dk_of_the_secrets"
DELAY_UI__ACTION_REASONS = '["by <b>air</b>", "another carrier"]'

[auth]
redirect_uri = "http://127.0.0.1:PORT/oauth2callback"
cookie_secret = "a text for this test alone"
client_id = "planners"
client_secret = "unused by this provider"
server_metadata_url = "http://127.0.0.1:PROVIDER/.well-known/openid-configuration"
"""


@pytest.fixture(scope="module")
def product(tmp_path_factory):
    """The user interface, a provider that knows Ann, and a browser."""
    folder = tmp_path_factory.mktemp("login")
    user = json.dumps({"sub": "ann", "email": ANN, "email_verified": True})
    command = [sys.executable, "-m", "oidc_provider_mock", "--host", "127.0.0.1", "--port", "{port}", "--user-claims"]
    with ServerProcess(
        [*command, user.replace("{", "{{").replace("}", "}}")], folder / "provider.log", os.environ
    ) as provider:
        provider.wait_until_ready("/.well-known/openid-configuration")
        secrets = SECRETS.replace("PROVIDER", str(provider.port))
        with FakeApi() as api, UiServer.start(api.url, folder / "ui.log", secrets) as ui, open_browser() as browser:
            page = browser.new_page(base_url=ui.url)
            page.set_default_timeout(WAIT_SECONDS * 1000)
            yield api, page


def test_planner__logs_in_to_the_link_acts_under_the_own_address_and_logs_out(product):
    api, page = product
    page.goto("/shipment?shipment_id=P-1")
    expect(page.get_by_role("button", name="Log in")).to_be_visible()
    assert not api.requests
    page.get_by_role("button", name="Log in").click()
    page.get_by_role("textbox").fill("ann")
    page.get_by_role("button", name="Authorize").click()
    expect(page.get_by_text(f"Logged in as {ANN}")).to_be_visible()

    expect(page).to_have_url(re.compile(r"/shipment\?shipment_id=P-1$"))
    expect(page.get_by_text(f"Recorded as {ANN}.")).to_be_visible()
    page.get_by_role("combobox", name="Reason").click()
    page.get_by_role("option", name="by <b>air</b>").click()
    page.get_by_role("button", name="Act", exact=True).click()
    expect(page.get_by_text("Recorded: acted.")).to_be_visible()
    [action] = api.actions
    assert (action.actor, action.reason) == (ANN, "by <b>air</b>")
    assert {request.headers["Authorization"] for request in api.requests} == {"Bearer dk_of_the_secrets"}

    page.get_by_role("button", name="Log out").click()
    page.get_by_role("button", name="End session").click()  # of the provider
    expect(page.get_by_role("button", name="Log in")).to_be_visible()
    expect(page).to_have_url(re.compile("^http://127.0.0.1"))
