"""What the three-way comparison of a folder and a bucket promises, whatever both hold."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.s3.sync import three_way
from adapters.s3.sync.paths import clashing, is_own, refusal
from adapters.s3.sync.plan import BOTH_CHANGED, CHANGED_HERE, CHANGED_THERE, Told

SIDES = st.dictionaries(st.sampled_from("abcdef"), st.sampled_from("123"))


def applied(plan, local, remote, last, *, delete):
    """Both sides and the state, after the plan was carried out."""
    local, remote = dict(local), dict(remote)
    for path in plan.upload:
        remote[path] = local[path]
    for path in plan.download:
        local[path] = remote[path]
    if delete:
        for path in plan.delete_local:
            del local[path]
        for path in plan.delete_remote:
            del remote[path]
    alike = {path: local[path] for path in local.keys() & remote.keys() if local[path] == remote[path]}
    kept = {path: digest for path, digest in last.items() if path in local.keys() | remote.keys()}
    return local, remote, kept | alike


@given(SIDES, SIDES, SIDES, st.booleans())
def test_every_file_has_one_place_in_the_plan(local, remote, last, resurrect):
    plan = three_way(local, remote, last, resurrect=resurrect)
    named = [*plan.upload, *plan.download, *plan.delete_local, *plan.delete_remote, *plan.unchanged]
    named += [told.path for told in plan.conflicts]
    assert sorted(named) == sorted(local.keys() | remote.keys())


@given(SIDES, SIDES, SIDES, st.booleans())
def test_without_deletion_no_file_is_lost_and_no_change_overwritten(local, remote, last, resurrect):
    plan = three_way(local, remote, last, resurrect=resurrect)
    here, there, _ = applied(plan, local, remote, last, delete=False)
    assert here.keys() >= local.keys()
    assert there.keys() >= remote.keys()
    for path in here:
        assert here[path] == local.get(path) or local.get(path) in (None, last.get(path))
    for path in there:
        assert there[path] == remote.get(path) or remote.get(path) in (None, last.get(path))


@given(SIDES, SIDES, SIDES, st.booleans())
def test_with_deletion_only_what_both_knew_and_nobody_changed_goes(local, remote, last, resurrect):
    plan = three_way(local, remote, last, resurrect=resurrect)
    here, there, _ = applied(plan, local, remote, last, delete=True)
    for path in local.keys() - here.keys():
        assert local[path] == last[path]
        assert path not in remote
    for path in remote.keys() - there.keys():
        assert remote[path] == last[path]
        assert path not in local
    if resurrect:
        assert plan.delete_local == plan.delete_remote == ()


@given(SIDES, SIDES, SIDES, st.booleans(), st.booleans())
def test_once_applied_there_is_nothing_to_move(local, remote, last, resurrect, delete):
    first = three_way(local, remote, last, resurrect=resurrect)
    here, there, state = applied(first, local, remote, last, delete=delete)
    second = three_way(here, there, state, resurrect=resurrect)
    assert second.upload == second.download == ()
    assert second.conflicts == first.conflicts
    assert (second.delete_local, second.delete_remote) == (
        ((), ()) if delete else (first.delete_local, first.delete_remote)
    )
    if delete and not first.conflicts:
        assert here == there


@given(SIDES, SIDES, SIDES)
def test_both_sides_are_equals(local, remote, last):
    one, other = three_way(local, remote, last), three_way(remote, local, last)
    assert (one.upload, one.delete_local, one.unchanged) == (other.download, other.delete_remote, other.unchanged)
    assert [told.path for told in one.conflicts] == [told.path for told in other.conflicts]


def test_a_change_beside_a_deletion_is_a_conflict_that_resurrection_resolves():
    assert three_way({"a": "2"}, {}, {"a": "1"}).conflicts == (Told("a", CHANGED_HERE),)
    assert three_way({}, {"a": "2"}, {"a": "1"}).conflicts == (Told("a", CHANGED_THERE),)
    assert three_way({"a": "2"}, {}, {"a": "1"}, resurrect=True).upload == ("a",)
    assert three_way({}, {"a": "2"}, {"a": "1"}, resurrect=True).download == ("a",)


def test_files_that_differ_and_were_never_alike_are_a_conflict():
    assert three_way({"a": "1"}, {"a": "2"}, {}).conflicts == (Told("a", BOTH_CHANGED),)


@pytest.mark.parametrize(
    "path",
    [
        "../a",
        "a/../b",
        "/a",
        "a//b",
        "./a",
        "a/.",
        "",
        "a/",
        "a\\b",
        "a\n",
        "a\x00",
        "\udce4",
        "x" * 255,
        "y/" * 520 + "z",
    ],
)
def test_paths_that_may_leave_the_folder_or_have_no_name_elsewhere_are_refused(path):
    assert refusal(path)


@pytest.mark.parametrize("path", ["a", "a/b c/ä.csv", ".hidden", "a/..b", "...", "a:b"])
def test_plain_paths_are_mirrored(path):
    assert not refusal(path)
    assert not is_own(path)


def test_a_path_that_is_a_file_and_a_folder_clashes():
    assert clashing(["a", "a/b", "a/b/c", "ab/c"]) == {"a", "a/b"}
