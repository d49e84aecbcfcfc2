"""Your table: the draft with its evidence and its check, on this machine alone."""

import pytest

from entrypoints.api.schemas import SchemaDraft
from support.fake_api import Refusal
from support.ui_page import open_page, problems, texts, visible

DRAFT = "name: orders\n# 12 distinct values\n"
CHECK = {
    "read": 9, "accepted": 7, "quarantined": 2, "excluded": 0, "late": 3, "on_time": 4, "open": 0, "refusal": None,
    "problems": [{"rule": "load: not a number", "rows": 2, "first_row": 5, "example": "=1+1 is not a number"}],
    "columns": [{"name": "load", "use": "feature", "missing": 1, "refused": None}], "advice": ["no key"],
}  # fmt: skip


def upload(page):
    return page.file_uploader(key="your_table_file").upload("orders.csv", b"id\n1\n").run()


def test_draft__is_shown_with_its_check_and_read_once(api):
    api.responses["POST /schema-draft"] = SchemaDraft(draft=DRAFT, check=CHECK, problem=None)

    page = upload(open_page("your-table")).run()

    [request] = api.received("POST /schema-draft")
    assert (request.query, request.body) == ({"name": ["orders.csv"]}, b"id\n1\n")
    sentences = visible(texts(page))
    assert "9 rows = 7 accepted + 2 in quarantine + 0 excluded" in sentences
    assert "Ready to train" in sentences
    assert DRAFT.strip() in sentences
    assert page.dataframe[0].value.to_numpy().tolist() == [["load: not a number", 2, 5, "=1+1 is not a number"]]


def test_draft_that_has_to_be_completed__says_so(api):
    api.responses["POST /schema-draft"] = SchemaDraft(draft=DRAFT, check=None, problem="label is missing")
    assert "label is missing" in visible(problems(upload(open_page("your-table")))[0])


@pytest.mark.parametrize(("status", "sentence"), [(422, "no rows"), (404, "switched off"), (503, "Try again")])
def test_refused_table__is_a_sentence(api, status, sentence):
    api.responses["POST /schema-draft"] = Refusal(status, "the table has no rows; switched off", retry_after=5)
    assert sentence in visible(problems(upload(open_page("your-table")))[0])


@pytest.mark.parametrize(
    ("variable", "value"), [("DELAY_UI__YOUR_TABLE", "off"), ("DELAY_UI__API_URL", "https://delays.example.com")]
)
@pytest.mark.usefixtures("api")
def test_page__is_off_where_the_api_is_elsewhere_or_a_setting_says_so(monkeypatch, variable, value):
    monkeypatch.setenv(variable, value)
    page = open_page("your-table")
    assert "switched off" in texts(page)
    assert not page.file_uploader
