"""Lines of the log: what they tell, what never, and for which requests there is one."""

import json
import logging
import sys
from datetime import datetime, timedelta

import pytest

from entrypoints.api.logs import AccessLog, JsonFormatter, configure

REQUEST = {
    "method": "POST",
    "path": "/predict",
    "status": 200,
    "seconds": 0.0123456789,
    "client": "dashboard",
    "request_id": "r-1",
    "model_version": "7",
    "schema_digest": "0" * 64,
}


def lines(everything=False, **changes):
    written = []
    AccessLog(everything=everything, write=written.append).request(**REQUEST | changes)
    return written


def record(message="said %s", args=("so",), **more):
    made = logging.LogRecord("delay.api", logging.WARNING, "file.py", 1, message, args, more.pop("exc_info", None))
    vars(made).update(more)
    return made


@pytest.fixture
def configured():
    """Whatever is configured, is undone."""
    root, names = logging.getLogger(), ("uvicorn", "uvicorn.error", "uvicorn.access", "uvicorn.asgi")
    before = root.handlers[:], root.level
    of_servers = {name: (logging.getLogger(name).handlers[:], logging.getLogger(name).propagate) for name in names}
    root.handlers.clear()
    yield configure
    root.handlers[:], root.level = before
    root.setLevel(before[1])
    for name, (handlers, propagate) in of_servers.items():
        logging.getLogger(name).handlers[:], logging.getLogger(name).propagate = handlers, propagate


def test_a_line_of_a_request_tells_who_asked_what_and_how_it_ended():
    [line] = lines(status=422)
    assert line.endswith(b"}\n")
    told = json.loads(line)
    assert datetime.fromisoformat(told.pop("time")).utcoffset() == timedelta(0)
    assert told == {
        "level": "warning",
        "event": "request",
        "request_id": "r-1",
        "client": "dashboard",
        "method": "POST",
        "path": "/predict",
        "status": 422,
        "seconds": 0.012346,
        "model_version": "7",
        "schema_digest": "0" * 64,
    }


@pytest.mark.parametrize(
    ("request_", "count"),
    [
        ({}, 0),
        ({"status": 302}, 0),
        ({"status": 400}, 1),
        ({"status": 503}, 1),
        ({"seconds": 0.99}, 0),
        ({"seconds": 1.0}, 1),
    ],
)
def test_only_what_went_wrong_or_took_long_has_a_line(request_, count):
    assert len(lines(**request_)) == count


def test_every_request_has_a_line_where_that_is_asked_for():
    assert len(lines(everything=True)) == 1


@pytest.mark.parametrize(("status", "level"), [(200, "info"), (404, "warning"), (500, "error")])
def test_the_level_is_that_of_the_status(status, level):
    assert json.loads(lines(everything=True, status=status)[0])["level"] == level


def test_a_record_is_a_line_with_what_the_call_told_beside_it():
    told = json.loads(JsonFormatter().format(record(request_id="r-1", status=503, color_message="\x1b[1m", body="b")))
    assert told.pop("time").endswith("Z")
    assert told == {
        "level": "warning",
        "event": "said so",
        "logger": "delay.api",
        "request_id": "r-1",
        "status": 503,
    }


def test_a_trace_stays_within_its_line():
    try:
        int("broken\nin two")
    except ValueError:
        line = JsonFormatter().format(record(exc_info=sys.exc_info()))
    assert "\n" not in line
    assert "ValueError: invalid literal for int() with base 10: 'broken\\nin two'" in json.loads(line)["trace"]


@pytest.mark.parametrize("odd", ["\ud800", "line\nbreak", "\x1b[31m"])
def test_whatever_a_message_holds_makes_one_line_of_json(odd):
    line = JsonFormatter().format(record("%s", (odd,)))
    assert "\n" not in line
    assert json.loads(line)["event"] == odd


def test_everything_goes_to_standard_error_as_lines(configured, capsys):
    configured("info")
    logging.getLogger("uvicorn.error").info("Started")
    logging.getLogger("delay.api").debug("not this")
    logging.getLogger("uvicorn.access").info('"POST /predict?key=secret"')
    out, err = capsys.readouterr()
    assert out == ""
    assert [json.loads(line)["event"] for line in err.splitlines()] == ["Started"]


def test_configuring_again_does_not_repeat_lines(configured, capsys):
    configured("info")
    configured("warning")
    logging.getLogger("delay.api").warning("once")
    assert len(capsys.readouterr().err.splitlines()) == 1


def test_an_unknown_level_is_refused(configured):
    with pytest.raises(ValueError, match="LOUD"):
        configured("loud")


def test_a_line_goes_to_standard_error_at_once(capfd):
    AccessLog(everything=True).request(**REQUEST | {"status": 500})
    assert json.loads(capfd.readouterr().err)["status"] == 500
