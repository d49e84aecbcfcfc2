"""Score: the form marks wrong fields, a file is sent once and every row is accounted for."""

import json

import pytest

from support import ui_samples
from support.fake_api import Refusal, answers
from support.ui_page import open_page, problems, texts, visible

CSV = b"parcel,ready_at,carrier,load,wait,lat,lon,driver,remark\n" + b"".join(
    f"P-{row},2026-03-02T09:00Z,road,{'x' if row == 3 else row},1,48,11,Ann,fragile\n".encode() for row in range(1, 6)
)


pytestmark = pytest.mark.usefixtures("files_read_here")


def refuse_load_of_text(request):
    records = json.loads(request.body)["data"]
    wrong = [number for number, record in enumerate(records, 1) if record.get("load") == "x"]
    errors = tuple({"field": "load", "message": "'x' is not a number", "shipment": number} for number in wrong)
    return Refusal(422, "load: 'x' is not a number", errors=errors) if errors else answers(len(records))


def upload(page, content=CSV, name="parcels.csv"):
    return page.file_uploader(key="score_file").upload(name, content).run()


def test_form__sends_what_is_entered_once(api):
    page = open_page("score")
    prefix = f"score_{ui_samples.DIGEST[:12]}_"
    page.text_input(key=f"{prefix}parcel").set_value("007")
    page.number_input(key=f"{prefix}load").set_value(12.5)
    page.selectbox(key=f"{prefix}carrier").set_value("rail")
    page.button[0].click().run()
    page.button[0].click().run()

    first, second = api.received("POST /predict")
    assert json.loads(first.body) == {"data": [{"parcel": "007", "carrier": "rail", "load": 12.5}], "explain": True}
    assert first.headers["Idempotency-Key"] == second.headers["Idempotency-Key"]
    assert "78 %" in texts(page)
    assert "Act" in texts(page)
    assert "wait is 95 min" in visible(texts(page))
    assert not problems(page)


def test_refused_values__are_marked_beside_their_fields(api):
    page = open_page("score")
    api.responses["POST /predict"] = Refusal(
        422, "load: too large", errors=({"field": "load", "message": "900 is out of range"}, {"field": "data"})
    )
    page.button[0].click().run()

    assert [visible(problem) for problem in problems(page)] == [
        "load: 900 is out of range", "data: is not allowed", "Nothing was predicted. Correct the marked fields: load.",
    ]  # fmt: skip


def test_failed_prediction__is_sent_again_by_trying_again(api):
    predict = api.responses["POST /predict"]
    api.responses["POST /predict"] = Refusal(503, "a store is unavailable")
    page = open_page("score")
    page.button[0].click().run()
    api.responses["POST /predict"] = predict

    [retry] = [button for button in page.button if button.label == "Try again"]
    retry.click().run()

    first, second = api.received("POST /predict")
    assert first.headers["Idempotency-Key"] == second.headers["Idempotency-Key"]
    assert not problems(page)
    assert "78 %" in texts(page)


def test_file__is_accounted_for_and_a_rerun_sends_nothing(api):
    api.responses["POST /predict"] = refuse_load_of_text
    page = upload(open_page("score"))
    assert not api.received("POST /predict")

    page.button(key="score_sent_button").click().run()
    page.run()

    assert "5 rows = 4 scored + 1 in quarantine" in texts(page)
    assert len(api.received("POST /predict")) == 2
    records = json.loads(api.received("POST /predict")[1].body)["data"]
    assert [record["parcel"] for record in records] == ["P-1", "P-2", "P-4", "P-5"]
    assert set(records[0]) == {"parcel", "ready_at", "carrier", "load", "wait", "lat", "lon"}
    assert list(page.dataframe[0].value) == ["shipment_id", "probability", "label_set", "decision", "expected_saving"]
    assert page.dataframe[1].value.to_numpy().tolist() == [[3, "load", "'x' is not a number"]]
    assert "driver" in texts(page)
    assert [button.label for button in page.get("download_button")] == [
        "Workbook with all rows", "Scored rows as CSV", "Quarantine as CSV",
    ]  # fmt: skip


def test_file__goes_on_where_it_stopped(api):
    page = upload(open_page("score"))
    api.closed = True
    page.button(key="score_sent_button").click().run()
    assert "does not respond" in visible(problems(page)[0])
    assert "5 not sent yet" in texts(page)

    api.closed = False
    page.run()

    assert "5 rows = 5 scored + 0 in quarantine" in texts(page)
    assert not problems(page)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"a\n", "no rows"),
        (b"a,b\n1,2\n", "The file has no column for parcel, ready_at, carrier, load, wait, lat, lon"),
        (b"\xff\xfe\x00", "a.csv"),
    ],
)
def test_file_that_cannot_be_scored__is_refused_with_a_reason(api, content, reason):
    page = upload(open_page("score"), content, "a.csv")
    assert reason in visible(problems(page)[0])
    assert not api.received("POST /predict")
