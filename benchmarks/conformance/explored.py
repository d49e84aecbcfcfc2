"""The API explored by its own document: valid and invalid requests, and those that follow from answers."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count
from typing import Any

import schemathesis
from hypothesis import strategies as st
from schemathesis import Case
from schemathesis.config import SchemathesisConfig
from schemathesis.config._checks import NEGATIVE_DATA_REJECTION_EXPECTED_STATUSES
from schemathesis.engine import Status, events, from_schema

PHASES = ("examples", "coverage", "fuzzing", "stateful")
_WRITTEN = {
    "numeral": st.sampled_from(["1", "1.0", " 1 ", "1e0"]),
    "date-time": st.datetimes(datetime(1970, 1, 2), datetime(2024, 1, 1)).map(  # noqa: DTZ001 - the Z is written
        lambda moment: moment.isoformat(timespec="seconds") + "Z"
    ),
}
"""What a document's formats leave open: texts that are numbers, and times that an outcome can have been known at."""
_WITHIN_SECONDS = 10
_TOO_MANY = "413"
"""Refuses a list that is too long, which is invalid too."""
_NUMBERS, _ROOM, _EVERY = count(), 200, 10
"""An idempotency key is at most 255 characters long; one in ten may have been there before."""


@dataclass
class Explored:
    """Cases that were sent, by phase; links that were followed; what broke the document, each with an example."""

    cases: Counter[str] = field(default_factory=Counter)
    statuses: Counter[int] = field(default_factory=Counter)
    links: int = 0
    failures: dict[str, str] = field(default_factory=dict)

    @property
    def total(self) -> int:
        """Cases of all phases."""
        return self.cases.total()


def explore(base_url: str, *, examples: int, seed: int, headers: Mapping[str, str], coverage: bool = True) -> Explored:
    """Send up to so many `examples` an operation and phase, besides every case that the document itself defines."""
    schemathesis.hook(before_call)
    for name, strategy in _WRITTEN.items():
        schemathesis.openapi.format(name, strategy)
    schema = schemathesis.openapi.from_url(
        f"{base_url}/openapi.json", config=_config(base_url, examples, seed, dict(headers), coverage=coverage)
    )
    found = Explored()
    for event in from_schema(schema).execute():
        _count(event, found)
    return found


def before_call(context: object, case: Case[Any], kwargs: object) -> None:  # noqa: ARG001 - the hook's interface
    """Most idempotency keys are made new: few are drawn, and the second request with one is but refused."""
    given, number = case.headers.get("Idempotency-Key"), next(_NUMBERS)
    if isinstance(given, str) and 0 < len(given) < _ROOM and number % _EVERY:
        case.headers["Idempotency-Key"] = f"{given}{number}"


def _config(base_url: str, examples: int, seed: int, headers: dict[str, str], *, coverage: bool) -> SchemathesisConfig:
    rejected = [*NEGATIVE_DATA_REJECTION_EXPECTED_STATUSES, _TOO_MANY]
    return SchemathesisConfig.from_dict(
        {
            "seed": seed,
            "base-url": base_url,
            "headers": headers,
            "request-timeout": _WITHIN_SECONDS,
            "continue-on-failure": True,
            "generation": {"max-examples": examples, "no-shrink": True, "database": "none"},
            "checks": {
                "negative_data_rejection": {"expected-statuses": rejected},
                "ignored_auth": {"enabled": False},  # guesses keys until 429 answers it; tests of their own ask this
            },
            "phases": {"coverage": {"enabled": coverage}},
        }
    )


def _count(event: events.EngineEvent, found: Explored) -> None:
    if isinstance(event, events.FatalError):
        raise event.exception
    if isinstance(event, events.NonFatalError):
        found.failures[f"{event.label}: {type(event.value).__name__}"] = str(event.value)
    if not isinstance(event, events.ScenarioFinished):
        return
    recorder = event.recorder
    found.cases[event.phase.value] += len(recorder.interactions)
    found.links += sum(node.is_transition_applied for node in recorder.cases.values())
    for interaction in recorder.interactions.values():
        found.statuses[interaction.response.status_code if interaction.response else 0] += 1
    for name, said in _failures(event):
        found.failures.setdefault(name, said)


def _failures(event: events.ScenarioFinished) -> Iterator[tuple[str, str]]:
    """Each check that failed: its name and where, and an example."""
    for checks in event.recorder.checks.values():
        for check in checks:
            if check.status != Status.SUCCESS and check.failure_info is not None:
                failure = check.failure_info.failure
                yield (
                    f"{failure.operation}: {check.name}: {failure.title}",
                    f"{failure.message}\n{check.failure_info.code_sample[:1500]}",
                )
