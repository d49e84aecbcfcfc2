"""Properties of the three-way merge of a folder and a bucket."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.s3.sync import merge_three_way
from adapters.s3.sync.paths import file_directory_conflicts, is_internal, unsafe_path_reason
from adapters.s3.sync.plan import BOTH_CHANGED, CHANGED_HERE, CHANGED_THERE, SkippedPath

SIDES = st.dictionaries(st.sampled_from("abcdef"), st.sampled_from("123"))


def applied(plan, local, remote, last, *, delete):
    """Both sides and the state after the plan was performed."""
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
    equal = {path: local[path] for path in local.keys() & remote.keys() if local[path] == remote[path]}
    kept = {path: digest for path, digest in last.items() if path in local.keys() | remote.keys()}
    return local, remote, kept | equal


@given(SIDES, SIDES, SIDES, st.booleans())
def test_merge__lists_every_file_once(local, remote, last, restore):
    plan = merge_three_way(local, remote, last, restore=restore)
    named = [*plan.upload, *plan.download, *plan.delete_local, *plan.delete_remote, *plan.unchanged]
    named += [skipped.path for skipped in plan.conflicts]
    assert sorted(named) == sorted(local.keys() | remote.keys())


@given(SIDES, SIDES, SIDES, st.booleans())
def test_merge__without_deletion_loses_no_file_and_overwrites_no_change(local, remote, last, restore):
    plan = merge_three_way(local, remote, last, restore=restore)
    here, there, _ = applied(plan, local, remote, last, delete=False)
    assert here.keys() >= local.keys()
    assert there.keys() >= remote.keys()
    for path in here:
        assert here[path] == local.get(path) or local.get(path) in (None, last.get(path))
    for path in there:
        assert there[path] == remote.get(path) or remote.get(path) in (None, last.get(path))


@given(SIDES, SIDES, SIDES, st.booleans())
def test_merge__deletes_only_unchanged_files_that_both_sides_had(local, remote, last, restore):
    plan = merge_three_way(local, remote, last, restore=restore)
    here, there, _ = applied(plan, local, remote, last, delete=True)
    for path in local.keys() - here.keys():
        assert local[path] == last[path]
        assert path not in remote
    for path in remote.keys() - there.keys():
        assert remote[path] == last[path]
        assert path not in local
    if restore:
        assert plan.delete_local == plan.delete_remote == ()


@given(SIDES, SIDES, SIDES, st.booleans(), st.booleans())
def test_merge__after_it_was_applied_plans_no_copies(local, remote, last, restore, delete):
    first = merge_three_way(local, remote, last, restore=restore)
    here, there, state = applied(first, local, remote, last, delete=delete)
    second = merge_three_way(here, there, state, restore=restore)
    assert second.upload == second.download == ()
    assert second.conflicts == first.conflicts
    assert (second.delete_local, second.delete_remote) == (
        ((), ()) if delete else (first.delete_local, first.delete_remote)
    )
    if delete and not first.conflicts:
        assert here == there


@given(SIDES, SIDES, SIDES)
def test_merge__is_symmetric(local, remote, last):
    one, other = merge_three_way(local, remote, last), merge_three_way(remote, local, last)
    assert (one.upload, one.delete_local, one.unchanged) == (other.download, other.delete_remote, other.unchanged)
    assert [skipped.path for skipped in one.conflicts] == [skipped.path for skipped in other.conflicts]


def test_merge__change_and_deletion_conflict_unless_restored():
    assert merge_three_way({"a": "2"}, {}, {"a": "1"}).conflicts == (SkippedPath("a", CHANGED_HERE),)
    assert merge_three_way({}, {"a": "2"}, {"a": "1"}).conflicts == (SkippedPath("a", CHANGED_THERE),)
    assert merge_three_way({"a": "2"}, {}, {"a": "1"}, restore=True).upload == ("a",)
    assert merge_three_way({}, {"a": "2"}, {"a": "1"}, restore=True).download == ("a",)


def test_merge__different_new_files_conflict():
    assert merge_three_way({"a": "1"}, {"a": "2"}, {}).conflicts == (SkippedPath("a", BOTH_CHANGED),)


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
def test_unsafe_path_reason__refuses_paths_that_leave_the_folder_or_are_not_portable(path):
    assert unsafe_path_reason(path)


@pytest.mark.parametrize("path", ["a", "a/b c/ä.csv", ".hidden", "a/..b", "...", "a:b"])
def test_unsafe_path_reason__accepts_plain_paths(path):
    assert not unsafe_path_reason(path)
    assert not is_internal(path)


@pytest.mark.parametrize("path", [".sync-state.json", "a/.sync-draft-1", ".dvc/files/md5/00/1"])
def test_is_internal__leaves_out_files_of_the_synchronization_and_the_storage_of_dvc(path):
    assert is_internal(path)


def test_file_directory_conflicts__finds_files_that_are_also_folders():
    assert file_directory_conflicts(["a", "a/b", "a/b/c", "ab/c"]) == {"a", "a/b"}
