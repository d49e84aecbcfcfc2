"""Sending rows in pieces: every row is accepted or in quarantine, whatever the API refuses."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from delay_core.violations import ViolationCode
from entrypoints.api.schemas import FieldError
from entrypoints.ui.errors import ApiError, ApiErrorCode
from entrypoints.ui.row_submission import MAX_LISTED_ERRORS, RowProblem, RowSubmission


def field_error(shipment, field="load"):
    return FieldError(field=field, code=ViolationCode.OUT_OF_RANGE, message="is too large", shipment=shipment)


class Api:
    """Refuses the `bad` rows as the API does: named, at most so many at once."""

    def __init__(self, bad=(), errors_per_row=1, failures=()):
        self.bad, self.errors_per_row, self.failures = set(bad), errors_per_row, list(failures)
        self.accepted, self.sizes = [], []

    def post(self, piece):
        self.sizes.append(len(piece.rows))
        if self.failures:
            raise self.failures.pop(0)
        wrong = [number for number, row in enumerate(piece.rows, 1) if row in self.bad]
        errors = [field_error(number) for number in wrong for _ in range(self.errors_per_row)]
        if errors:
            raise ApiError(ApiErrorCode.INVALID, "", "load: is too large", tuple(errors[:MAX_LISTED_ERRORS]))
        self.accepted += piece.rows
        return [row * 10 for row in piece.rows]


def submit(api, rows, size, problems=(), wait=lambda _: None):
    submission = RowSubmission.of_rows(rows, problems, size)
    submission.submit_all(api.post, wait, lambda: None)
    return submission


def test_rows__are_accepted_once_with_their_own_results():
    api = Api(bad={2, 5})

    submission = submit(api, 7, 3, problems=[RowProblem(4, "", "has 3 cells")])

    assert submission.accepted == {1: 10, 3: 30, 6: 60, 7: 70}
    assert submission.problems == [
        RowProblem(2, "load", "is too large"), RowProblem(4, "", "has 3 cells"), RowProblem(5, "load", "is too large"),
    ]  # fmt: skip
    assert sorted(api.accepted) == [1, 3, 6, 7]


@given(st.integers(0, 60), st.sets(st.integers(1, 60)), st.integers(1, 25))
def test_row_count__is_accepted_and_quarantined(rows, bad, size):
    api = Api(bad)
    submission = submit(api, rows, size)
    assert set(submission.accepted) == set(range(1, rows + 1)) - bad
    assert set(submission.quarantined) == set(range(1, rows + 1)) & bad
    assert len(api.accepted) == len(set(api.accepted))


def test_file_with_more_errors_than_a_response_lists__costs_time_in_proportion_to_its_rows():
    api = Api(bad=range(1, 2001), errors_per_row=10)

    submission = submit(api, 2000, 2000)

    assert (len(submission.accepted), len(submission.quarantined)) == (0, 2000)
    assert sum(api.sizes) < 3 * 2000


@pytest.mark.parametrize("errors", [(), (field_error(None, "other"),)])
def test_refusal_that_names_no_row__quarantines_them_and_never_repeats_forever(errors):
    refusal = ApiError(ApiErrorCode.INVALID, "", "the body is too long", errors)
    api = Api(failures=[refusal] * 5)

    submission = submit(api, 3, 3)

    assert len(submission.accepted) + len(submission.quarantined) == 3
    assert {problem.reason for problem in submission.problems} == {"is too large" if errors else "the body is too long"}


def test_busy_api__is_waited_for_as_long_as_it_says():
    waited = []
    busy = ApiError(ApiErrorCode.UNAVAILABLE, "", "too many requests", seconds=7)

    submission = submit(Api(failures=[busy, busy]), 4, 2, wait=waited.append)

    assert waited == [7, 7]
    assert submission.done == 4


@pytest.mark.parametrize(
    "failure",
    [
        ApiError(ApiErrorCode.UNREACHABLE, ""),
        ApiError(ApiErrorCode.UNAUTHORIZED, ""),
        ApiError(ApiErrorCode.UNAVAILABLE, "", seconds=3600),
    ],
)
def test_submission__continues_after_an_error_without_sending_anything_twice(failure):
    api = Api()
    submission = RowSubmission.of_rows(4, [], 2)
    submission.submit_next(api.post)
    api.failures = [failure]

    with pytest.raises(ApiError):
        submission.submit_all(api.post, lambda _: None, lambda: None)
    assert (submission.done, submission.row_count) == (2, 4)
    submission.submit_all(api.post, lambda _: None, lambda: None)

    assert api.accepted == [1, 2, 3, 4]
