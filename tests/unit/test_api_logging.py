"""Log lines: their fields, and the requests that have one."""

import io
import json
import logging
import sys
from datetime import datetime, timedelta

import pytest

from entrypoints.api.observability.logging import AccessLog, configure_logging, make_formatter

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


def lines(log_all=False, **changes):
    file = io.BytesIO()
    AccessLog(log_all=log_all, file=file).log_request(**REQUEST | changes)
    return file.getvalue().splitlines(keepends=True)


def record(message="loaded %s", args=("it",), **extra):
    record = logging.LogRecord("delay.api", logging.WARNING, "file.py", 1, message, args, extra.pop("exc_info", None))
    vars(record).update(extra)
    return record


@pytest.fixture
def configured():
    """Restores the configuration afterwards."""
    root, names = logging.getLogger(), ("uvicorn", "uvicorn.error", "uvicorn.access", "uvicorn.asgi")
    before = root.handlers[:], root.level
    servers = {name: (logging.getLogger(name).handlers[:], logging.getLogger(name).propagate) for name in names}
    root.handlers.clear()
    yield configure_logging
    root.handlers[:], root.level = before
    root.setLevel(before[1])
    for name, (handlers, propagate) in servers.items():
        logging.getLogger(name).handlers[:], logging.getLogger(name).propagate = handlers, propagate


def test_request_line__has_client_endpoint_status_and_duration():
    [line] = lines(status=422)
    assert line.endswith(b"}\n")
    fields = json.loads(line)
    assert datetime.fromisoformat(fields.pop("time")).utcoffset() == timedelta(0)
    assert fields == {
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
def test_access_log__has_lines_for_failed_and_slow_requests_only(request_, count):
    assert len(lines(**request_)) == count


def test_log_all__writes_a_line_for_every_request():
    assert len(lines(log_all=True)) == 1


@pytest.mark.parametrize(("status", "level"), [(200, "info"), (404, "warning"), (500, "error")])
def test_level__depends_on_the_status(status, level):
    assert json.loads(lines(log_all=True, status=status)[0])["level"] == level


def test_record__becomes_a_line_with_its_known_extra_fields():
    line = make_formatter().format(record(request_id="r-1", status=503, color_message="\x1b[1m", body="b"))
    fields = json.loads(line)
    assert fields.pop("time").endswith("Z")
    assert fields == {
        "level": "warning",
        "event": "loaded it",
        "logger": "delay.api",
        "request_id": "r-1",
        "status": 503,
    }


def test_trace__stays_within_its_line():
    try:
        int("broken\nin two")
    except ValueError:
        line = make_formatter().format(record(exc_info=sys.exc_info()))
    assert "\n" not in line
    assert "ValueError: invalid literal for int() with base 10: 'broken\\nin two'" in json.loads(line)["trace"]


@pytest.mark.parametrize("odd", ["\ud800", "line\nbreak", "\x1b[31m"])
def test_any_message__makes_one_line_of_json(odd):
    line = make_formatter().format(record("%s", (odd,)))
    assert "\n" not in line
    assert json.loads(line)["event"] == odd


def test_records_of_libraries__go_to_standard_error_as_lines(configured, capsys):
    configured("info")
    logging.getLogger("uvicorn.error").info("Started")
    logging.getLogger("delay.api").debug("not this")
    logging.getLogger("uvicorn.access").info('"POST /predict?key=secret"')
    out, err = capsys.readouterr()
    assert out == ""
    assert [json.loads(line)["event"] for line in err.splitlines()] == ["Started"]


def test_configuring_again__does_not_repeat_lines(configured, capsys):
    configured("info")
    configured("warning")
    logging.getLogger("delay.api").warning("once")
    assert len(capsys.readouterr().err.splitlines()) == 1


def test_unknown_level__is_refused(configured):
    with pytest.raises(ValueError, match="LOUD"):
        configured("loud")


def test_request_line__is_written_to_standard_error_at_once(capfd):
    AccessLog(log_all=True).log_request(**REQUEST | {"status": 500})
    assert json.loads(capfd.readouterr().err)["status"] == 500
