"""Exploration of the API by its own document: valid and invalid requests, and those that follow from responses."""

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
_FORMATS = {
    "numeral": st.sampled_from(["1", "1.0", " 1 ", "1e0"]),
    "date-time": st.datetimes(datetime(1970, 1, 2), datetime(2024, 1, 1)).map(  # noqa: DTZ001 - the text has the Z
        lambda moment: moment.isoformat(timespec="seconds") + "Z"
    ),
}
"""Values of the document's formats: texts that are numbers, and times at which an outcome may be known."""
_TIMEOUT_SECONDS = 10
_PAYLOAD_TOO_LARGE = "413"
"""A valid refusal of a list that is too long."""
_KEY_NUMBERS = count()
_MAX_KEY_CHARACTERS = 200
"""An idempotency key has at most 255 characters; this leaves space for a number."""
_REPEATED_KEY_INTERVAL = 10
"""One key in this number is sent as drawn, and may repeat an earlier one."""


@dataclass
class ExplorationResult:
    """Cases that were sent, by phase; links that were followed; violations of the document, each with an example."""

    cases: Counter[str] = field(default_factory=Counter)
    statuses: Counter[int] = field(default_factory=Counter)
    links: int = 0
    failures: dict[str, str] = field(default_factory=dict)

    @property
    def total(self) -> int:
        """Number of cases of all phases."""
        return self.cases.total()


def explore(
    base_url: str, *, examples: int, seed: int, headers: Mapping[str, str], coverage: bool = True
) -> ExplorationResult:
    """Send at most `examples` requests per operation and phase, and every case that the document itself defines."""
    schemathesis.hook(before_call)
    for name, strategy in _FORMATS.items():
        schemathesis.openapi.format(name, strategy)
    schema = schemathesis.openapi.from_url(
        f"{base_url}/openapi.json", config=_config(base_url, examples, seed, dict(headers), coverage=coverage)
    )
    result = ExplorationResult()
    for event in from_schema(schema).execute():
        _count(event, result)
    return result


def before_call(context: object, case: Case[Any], kwargs: object) -> None:  # noqa: ARG001 - the hook's interface
    """Make most idempotency keys unique: schemathesis draws few, and a repeated key is only refused."""
    key, number = case.headers.get("Idempotency-Key"), next(_KEY_NUMBERS)
    if isinstance(key, str) and 0 < len(key) < _MAX_KEY_CHARACTERS and number % _REPEATED_KEY_INTERVAL:
        case.headers["Idempotency-Key"] = f"{key}{number}"


def _config(base_url: str, examples: int, seed: int, headers: dict[str, str], *, coverage: bool) -> SchemathesisConfig:
    rejection_statuses = [*NEGATIVE_DATA_REJECTION_EXPECTED_STATUSES, _PAYLOAD_TOO_LARGE]
    return SchemathesisConfig.from_dict(
        {
            "seed": seed,
            "base-url": base_url,
            "headers": headers,
            "request-timeout": _TIMEOUT_SECONDS,
            "continue-on-failure": True,
            "generation": {"max-examples": examples, "no-shrink": True, "database": "none"},
            "checks": {
                "negative_data_rejection": {"expected-statuses": rejection_statuses},
                "ignored_auth": {"enabled": False},  # it guesses keys until it gets 429; other tests cover this
            },
            "phases": {"coverage": {"enabled": coverage}},
        }
    )


def _count(event: events.EngineEvent, result: ExplorationResult) -> None:
    if isinstance(event, events.FatalError):
        raise event.exception
    if isinstance(event, events.NonFatalError):
        result.failures[f"{event.label}: {type(event.value).__name__}"] = str(event.value)
    if not isinstance(event, events.ScenarioFinished):
        return
    recorder = event.recorder
    result.cases[event.phase.value] += len(recorder.interactions)
    result.links += sum(node.is_transition_applied for node in recorder.cases.values())
    for interaction in recorder.interactions.values():
        result.statuses[interaction.response.status_code if interaction.response else 0] += 1
    for name, example in _failures(event):
        result.failures.setdefault(name, example)


def _failures(event: events.ScenarioFinished) -> Iterator[tuple[str, str]]:
    """Each failed check: operation and name, and an example."""
    for checks in event.recorder.checks.values():
        for check in checks:
            if check.status != Status.SUCCESS and check.failure_info is not None:
                failure = check.failure_info.failure
                yield (
                    f"{failure.operation}: {check.name}: {failure.title}",
                    f"{failure.message}\n{check.failure_info.code_sample[:1500]}",
                )
