"""What the documentation shows of the API is what it answers."""

import re
import shlex
from pathlib import Path

import pytest

from entrypoints.settings import ApiSettings
from support.api_server import ApiServer

ROOT = Path(__file__).parents[2]
SHOWN = [
    command
    for page in ("README.md", "docs/api.md")
    for block in re.findall(r"```sh\n(.*?)```", (ROOT / page).read_text("utf-8"), re.DOTALL)
    for command in re.findall(r"^curl .*?(?=^curl |\Z)", block, re.DOTALL | re.MULTILINE)
]


@pytest.fixture(scope="module")
def server(registered, tmp_path_factory):
    with ApiServer.start(registered.copy(tmp_path_factory.mktemp("documented")).data) as started:
        yield started


@pytest.mark.parametrize("command", SHOWN, ids=range(len(SHOWN)))
def test_every_request_shown_is_answered(server, command):
    words = shlex.split(command.replace("\n", " "))
    path = next(word for word in words if word.startswith("http://")).removeprefix("http://127.0.0.1:8000")
    body = words[words.index("-d") + 1].encode() if "-d" in words else None
    answer = server.request("GET" if body is None else "POST", path, body)
    assert answer.status == 200, answer.body


def test_an_answer_holds_what_the_page_tells_of_it(server):
    told = re.findall(r"^\| (`.*?) \| ", (ROOT / "docs/api.md").read_text("utf-8"), re.MULTILINE)
    names = {name for line in told for name in re.findall(r"`([a-z_]+)`", line)} - {"predict", "outcomes", "admin"}
    shown = next(command for command in SHOWN if "explain" in command)
    answer = server.post("/predict", shlex.split(shown.replace("\n", " "))[-1].encode()).json()
    assert names <= set(answer)


def test_the_settings_told_are_those_that_there_are():
    told = set(re.findall(r"`DELAY_API__([A-Z_]+)`", (ROOT / "docs/api.md").read_text("utf-8")))
    assert told | {"SCHEMA", "ACCESS_LOG"} == {name.upper().rstrip("_") for name in ApiSettings.model_fields}


def test_allow_breaking_schema__keeps_its_former_name():
    assert ApiSettings.model_validate({"allow_narrowing": True}) == ApiSettings(allow_breaking_schema=True)
