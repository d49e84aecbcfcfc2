"""Every PromotionLog: decisions in order, each whole, none twice in a row."""

from uuid import uuid4

import pytest

from adapters.mlflow import PromotionLog as Mlflow
from delay_core.evaluation.figures import Figure
from delay_core.ports.promotion_log import PromotionLog
from delay_core.promotion import Decision
from fakes.mlflow_stores import embedded_store, server_store
from fakes.promotion_log import PromotionLog as InMemory


@pytest.fixture(params=["in memory", "embedded MLflow", "MLflow server"])
def log(request) -> PromotionLog:
    makers = {
        "in memory": InMemory,
        "embedded MLflow": lambda: Mlflow(embedded_store()),
        "MLflow server": lambda: Mlflow(server_store()),
    }
    return makers[request.param]()


@pytest.fixture
def name() -> str:
    return f"late-{uuid4().hex}"


def promoted(name: str, version: int, *reasons: str) -> Decision:
    return Decision(
        action="promoted",
        name=name,
        version=version,
        digest=f"{version:064x}",
        replaced=version - 1 or None,
        reasons=reasons or ("it beats the baseline",),
        gain_over_baseline=Figure(value=0.1 + 0.2, low=1 / 3, high=1e-17),
        compared_rows=1200,
    )


def test_an_unknown_model_has_no_decisions(log, name):
    assert log.decisions(name) == []


def test_decisions_are_read_back_as_they_were_told_oldest_first(log, name):
    told = [promoted(name, version) for version in (1, 2, 3)]
    told.append(Decision(action="rolled_back", name=name, version=2, digest="b" * 64, replaced=3, reasons=()))
    told.append(Decision(action="refused", name=name, version=4, digest="c" * 64, reasons=("naïve – 'quoted'", "\n")))

    for decision in told:
        log.append(decision)

    assert log.decisions(name) == told


def test_telling_the_newest_decision_again_changes_nothing(log, name):
    for version in (1, 2, 2, 2):
        log.append(promoted(name, version))

    assert [decision.version for decision in log.decisions(name)] == [1, 2]


def test_an_older_decision_may_be_taken_again(log, name):
    for version in (1, 2, 1):
        log.append(promoted(name, version))

    assert [decision.version for decision in log.decisions(name)] == [1, 2, 1]


def test_the_decisions_about_one_model_are_no_others(log, name):
    log.append(promoted(name, 1))
    log.append(promoted(f"{name}-other", 7))
    log.append(promoted(name, 1))

    assert [decision.version for decision in log.decisions(name)] == [1]
    assert [decision.version for decision in log.decisions(f"{name}-other")] == [7]


def test_a_decision_of_any_length_is_kept_whole(log, name):
    long = promoted(name, 1, *(f"reason {i}: " + "ä" * 900 for i in range(30)))

    log.append(long)
    log.append(long)

    assert log.decisions(name) == [long]
