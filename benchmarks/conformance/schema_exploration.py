"""Requests generated from the OpenAPI document: valid and invalid ones, and those that follow links in answers."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count
from typing import Any

import schemathesis
from hypothesis import strategies as st
from schemathesis import Case, GenerationMode
from schemathesis.config import SchemathesisConfig
from schemathesis.config._checks import NEGATIVE_DATA_REJECTION_EXPECTED_STATUSES
from schemathesis.engine import Status, events, from_schema

PHASES = ("examples", "coverage", "fuzzing", "stateful")
_FORMATS = {
    "numeral": st.sampled_from(["1", "1.0", " 1 ", "1e0"]),
    "date-time": st.datetimes(datetime(1970, 1, 2), datetime(2024, 1, 1)).map(  # noqa: DTZ001 - the Z is appended
        lambda moment: moment.isoformat(timespec="seconds") + "Z"
    ),
}
"""Strategies for formats that the document does not define fully: texts that are numbers, and times of outcomes."""
_TIMEOUT_SECONDS = 10
_TOO_LARGE = "413"
"""The status for a list that is too long, which is invalid too."""
_NUMBERS, _MAX_KEY_LENGTH, _REPEAT_EVERY = count(), 200, 10
"""An idempotency key has at most 255 characters, of which a number takes some; one in ten may be a repeated one."""


@dataclass
class ExplorationReport:
    """Cases by phase, answers by status, followed links, and failures with an example each."""

    cases: Counter[str] = field(default_factory=Counter)
    statuses: Counter[int] = field(default_factory=Counter)
    links: int = 0
    failures: dict[str, str] = field(default_factory=dict)

    @property
    def total(self) -> int:
        """The number of cases of all phases."""
        return self.cases.total()


def explore(
    base_url: str, *, examples: int, seed: int, headers: Mapping[str, str], coverage: bool = True
) -> ExplorationReport:
    """Send at most `examples` requests per operation and phase, and every case that the document defines itself."""
    schemathesis.hook(before_call)
    for name, strategy in _FORMATS.items():
        schemathesis.openapi.format(name, strategy)
    schema = schemathesis.openapi.from_url(
        f"{base_url}/openapi.json", config=_config(base_url, examples, seed, dict(headers), coverage=coverage)
    )
    report = ExplorationReport()
    for event in from_schema(schema).execute():
        _record(event, report)
    return report


def before_call(context: object, case: Case[Any], kwargs: object) -> None:  # noqa: ARG001 - the hook's interface
    """Make most idempotency keys unique: a repeated key with another body is only refused.

    A cursor comes from the page before: a valid request with an invented one would be refused, too.
    """
    if case.query and case.meta and case.meta.generation.mode is GenerationMode.POSITIVE:
        case.query.pop("cursor", None)
    key, number = case.headers.get("Idempotency-Key"), next(_NUMBERS)
    if isinstance(key, str) and 0 < len(key) < _MAX_KEY_LENGTH and number % _REPEAT_EVERY:
        case.headers["Idempotency-Key"] = f"{key}{number}"


def _config(base_url: str, examples: int, seed: int, headers: dict[str, str], *, coverage: bool) -> SchemathesisConfig:
    rejected = [*NEGATIVE_DATA_REJECTION_EXPECTED_STATUSES, _TOO_LARGE]
    return SchemathesisConfig.from_dict(
        {
            "seed": seed,
            "base-url": base_url,
            "headers": headers,
            "request-timeout": _TIMEOUT_SECONDS,
            "continue-on-failure": True,
            "generation": {"max-examples": examples, "no-shrink": True, "database": "none"},
            "checks": {
                "negative_data_rejection": {"expected-statuses": rejected},
                "ignored_auth": {"enabled": False},  # it guesses keys until the answer is 429; other tests cover this
            },
            "phases": {"coverage": {"enabled": coverage}},
        }
    )


def _record(event: events.EngineEvent, report: ExplorationReport) -> None:
    if isinstance(event, events.FatalError):
        raise event.exception
    if isinstance(event, events.NonFatalError):
        report.failures[f"{event.label}: {type(event.value).__name__}"] = str(event.value)
    if not isinstance(event, events.ScenarioFinished):
        return
    recorder = event.recorder
    report.cases[event.phase.value] += len(recorder.interactions)
    report.links += sum(node.is_transition_applied for node in recorder.cases.values())
    for interaction in recorder.interactions.values():
        report.statuses[interaction.response.status_code if interaction.response else 0] += 1
    for name, example in _failures(event):
        report.failures.setdefault(name, example)


def _failures(event: events.ScenarioFinished) -> Iterator[tuple[str, str]]:
    """The name and operation of each check that failed, and an example."""
    for checks in event.recorder.checks.values():
        for check in checks:
            if check.status != Status.SUCCESS and check.failure_info is not None:
                failure = check.failure_info.failure
                yield (
                    f"{failure.operation}: {check.name}: {failure.title}",
                    f"{failure.message}\n{check.failure_info.code_sample[:1500]}",
                )
