"""The documentation of the API agrees with what it does."""

import re
import shlex
from pathlib import Path

import pandas as pd
import pytest

from delay_core.violations import ViolationCode
from entrypoints.settings import ApiSettings
from support.api_server import ApiServer

ROOT = Path(__file__).parents[2]
COMMANDS = [
    command
    for page in ("README.md", "docs/api.md")
    for block in re.findall(r"```sh\n(.*?)```", (ROOT / page).read_text("utf-8"), re.DOTALL)
    for command in re.findall(r"^curl .*?(?=^curl |\Z)", block, re.DOTALL | re.MULTILINE)
]


@pytest.fixture(scope="module")
def server(registered, tmp_path_factory):
    with ApiServer.start(registered.copy(tmp_path_factory.mktemp("documented")).data) as started:
        yield started


@pytest.mark.parametrize("command", COMMANDS, ids=range(len(COMMANDS)))
def test_every_command__succeeds(server, registered, command):
    words = shlex.split(command.replace("\n", " "))
    path = next(word for word in words if word.startswith("http://")).removeprefix("http://127.0.0.1:8000")
    headers = dict(words[index + 1].split(": ") for index, word in enumerate(words) if word == "-H")
    body = None
    if "-d" in words:
        body = words[words.index("-d") + 1]
        if "…" in body:  # the id of a prediction that the reader has made
            body = body.replace("…", server.post("/predict", {"data": registered.records[0]}).json()["prediction_id"])
    elif "--data-binary" in words:  # the reader's own table
        body = pd.DataFrame(registered.records).assign(Logistics_Delay=[0, 1] * 200).to_csv(index=False)
    response = server.request("GET" if body is None else "POST", path, body and body.encode(), **headers)
    assert response.status == 200, response.body


def test_response__has_every_field_of_the_table(server):
    guide = (ROOT / "docs/api.md").read_text("utf-8")
    table = guide[guide.index("| in the response |") :].split("\n\n", 1)[0]
    names = {
        name for line in re.findall(r"^\| (`.*?) \| ", table, re.MULTILINE) for name in re.findall(r"`(\w+)`", line)
    }
    command = next(command for command in COMMANDS if "explain" in command)
    response = server.post("/predict", shlex.split(command.replace("\n", " "))[-1].encode()).json()
    assert {"probability", "reasons", "bundle_digest"} <= names <= set(response)


def test_table_of_codes__is_complete():
    guide = (ROOT / "docs/api.md").read_text("utf-8")
    table = guide[guide.index("| code |") :].split("\n\n", 1)[0]
    assert re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE) == [code.value for code in ViolationCode]


def test_table_of_settings__is_complete():
    names = set(re.findall(r"`DELAY_API__([A-Z_]+)`", (ROOT / "docs/api.md").read_text("utf-8")))
    assert names | {"SCHEMA", "ACCESS_LOG"} == {name.upper().rstrip("_") for name in ApiSettings.model_fields}


def test_allow_breaking_schema__keeps_its_former_name():
    assert ApiSettings.model_validate({"allow_narrowing": True}) == ApiSettings(allow_breaking_schema=True)
