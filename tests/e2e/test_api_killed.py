"""kill -9 of the API under load, on either database: what was answered is in the log, exactly once."""

import random
import signal

import pytest

from benchmarks.load_clients import LoadClients
from infra.local.child_process import STOP_SECONDS, session_members
from infra.local.waiting import wait_until
from support import postgres_server
from support.api_server import NOWHERE, ApiServer
from support.serving_log import counted, drained, embedded, logged


@pytest.fixture
def copied(registered, tmp_path):
    return registered.copy(tmp_path)


def test_parent_of_two_workers_killed_five_times__every_response_is_in_postgresql_once(copied):
    url = postgres_server.upgraded(postgres_server.fresh("serving"), "serving")

    killed_under_load(copied, url, "--workers", "2", requests=6_000, kills=5)


def test_killed_once__every_response_is_in_the_embedded_database_once(copied):
    killed_under_load(copied, embedded(copied.data), requests=2_000, kills=1)


def killed_under_load(copied, url, *arguments, requests, kills):
    moments = sorted(random.sample(range(200, requests - 200), kills))

    with ApiServer.start(copied.data, *arguments, MLFLOW_TRACKING_URI=NOWHERE, DELAY_SERVING_DB=url) as server:
        with LoadClients([server.port], copied.records, requests=requests) as clients:
            for number, moment in enumerate(moments):
                wait_until(lambda moment=moment: len(clients.window.answers) >= moment, 120)
                if number % 2:
                    server.kill()  # with all workers
                else:
                    server.signal(signal.SIGKILL)
                    server.wait()
                    wait_until(
                        lambda: not list(session_members(server.pid)), STOP_SECONDS
                    )  # workers stop by themselves
                server.restart()
        drained(server)

    times = logged(url)
    assert clients.window.statuses == {200: requests}
    assert clients.window.broken.total() > 0  # some were on their way when it was killed
    assert {times[answered] for answered in clients.window.ids} == {1}
    assert set(times.values()) == {1}
    assert counted(url) == len(times)
