"""Continuous delivery on a scratch repository: one commit with the right tags if the images changed, else none."""

import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from infra.cd.__main__ import KUSTOMIZATION
from infra.cd.delivery import deploy_tag, image_tag, is_deployed
from infra.cd.errors import DeliveryError
from infra.cd.git import GitRepository
from infra.cd.image_publishing import build_command
from infra.cd.kustomization import read_images, write_tag

ROOT = Path(__file__).parents[2]
OVERLAYS = [ROOT / KUSTOMIZATION]
AUTHOR = ("-c", "user.name=Ada", "-c", "user.email=ada@localhost")
PATCHED = """\
# Tags are written by continuous delivery.
images:
- {name: delay-api, newName: ghcr.io/ours/api, newTag: v1}  # the API
- name:    delay-train
  newTag: 'v1' # quoted
  newName: ghcr.io/ours/train
replicas:
  - {name: api, count: 2}
"""


def git(folder, *arguments):
    command = ["git", "-C", str(folder), *AUTHOR, *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


def change(folder, path, text):
    """Commit a file; the SHA of the commit."""
    file = folder / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)
    git(folder, "add", path)
    git(folder, "commit", "--quiet", "--message", f"Change {path}")
    return git(folder, "rev-parse", "HEAD")


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    """A bare repository, and its clone with one source file and the overlays of the project."""
    folder = tmp_path_factory.mktemp("repositories")
    git(folder, "init", "--quiet", "--bare", "--initial-branch=main", "origin")
    git(folder, "clone", "--quiet", "origin", "clone")
    clone = folder / "clone"
    shutil.copytree(ROOT / "k8s/overlays", clone / "k8s/overlays")
    git(clone, "add", ".")
    git(clone, "commit", "--quiet", "--message", "Manifests")
    change(clone, "src/model.py", "1")
    git(clone, "push", "--quiet", "origin", "HEAD:main")
    return folder


@pytest.fixture
def clone(template, tmp_path):
    shutil.copytree(template, tmp_path, dirs_exist_ok=True)
    git(tmp_path / "clone", "remote", "set-url", "origin", str(tmp_path / "origin"))
    return tmp_path / "clone"


def overlays(folder):
    return [folder / path.relative_to(ROOT) for path in OVERLAYS]


def commits(folder):
    return int(git(folder, "rev-list", "--count", "HEAD"))


def test_changed_sources__become_one_commit_with_the_tags_of_all_images(clone):
    revision = change(clone, "src/model.py", "2")
    count = commits(clone)

    assert deploy_tag(GitRepository(clone), "HEAD", overlays(clone)) == revision

    assert commits(clone) == count + 1
    assert git(clone, "show", "--format=%s", "--name-only").splitlines() == [
        f"Deploy the images of {revision[:12]}",
        "",
        *(str(path.relative_to(ROOT)) for path in OVERLAYS),
    ]
    for path in overlays(clone):
        images = yaml.safe_load(path.read_text())["images"]
        assert {image["name"] for image in images} == {"delay-api", "delay-ui", "delay-train"}
        assert {image["newTag"] for image in images} == {revision}


def test_second_run__commits_nothing(clone):
    repository = GitRepository(clone)
    deploy_tag(repository, "HEAD", overlays(clone))
    count = commits(clone)

    assert deploy_tag(repository, "HEAD", overlays(clone)) is None
    assert commits(clone) == count
    assert is_deployed(image_tag(repository), overlays(clone))


def test_unchanged_sources__commit_nothing(clone):
    repository = GitRepository(clone)
    tag = deploy_tag(repository, "HEAD", overlays(clone))
    change(clone, "docs/index.md", "a document")
    count = commits(clone)

    assert deploy_tag(repository, "HEAD", overlays(clone)) is None
    assert (commits(clone), image_tag(repository)) == (count, tag)


def test_run_of_an_older_commit__does_not_undo_a_newer_deployment(clone):
    repository = GitRepository(clone)
    older = git(clone, "rev-parse", "HEAD")
    newer = change(clone, "src/model.py", "2")
    assert deploy_tag(repository, newer, overlays(clone)) == newer

    assert deploy_tag(repository, older, overlays(clone)) is None
    assert is_deployed(newer, overlays(clone))


def test_commit__contains_nothing_else_of_the_work_tree(clone):
    (clone / "src/model.py").write_text("not committed")
    git(clone, "add", "src/model.py")

    assert deploy_tag(GitRepository(clone), "HEAD", overlays(clone))

    assert git(clone, "status", "--short") == "M  src/model.py"


def test_push__follows_what_others_pushed_meanwhile(clone, tmp_path):
    git(tmp_path, "clone", "--quiet", "origin", "other")
    other = change(tmp_path / "other", "docs/index.md", "a document")
    git(tmp_path / "other", "push", "--quiet", "origin", "HEAD:main")
    repository = GitRepository(clone)
    tag = deploy_tag(repository, "HEAD", overlays(clone))

    repository.push("main")

    assert git(tmp_path / "origin", "rev-parse", "main~1") == other
    assert git(tmp_path / "origin", "log", "-1", "--format=%s", "main") == f"Deploy the images of {tag[:12]}"


def test_tag__needs_the_history(clone):
    with pytest.raises(DeliveryError, match="the clone needs its whole history"):
        image_tag(GitRepository(clone), git(clone, "rev-list", "--max-parents=0", "HEAD"))


def test_written_tag__changes_no_other_character(tmp_path):
    path = tmp_path / "kustomization.yaml"
    path.write_text(PATCHED)

    assert write_tag(path, "v2")
    assert path.read_text() == PATCHED.replace("'v1'", '"v2"').replace("v1}", '"v2"}')
    assert not write_tag(path, "v2")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("images: {", "is not valid YAML"),
        ("kind: Kustomization", "has no list `images`"),
        ("images:\n  - name: delay-api\n    newTag: v1", "line 2: an image needs name, newName and newTag"),
    ],
)
def test_kustomization_without_tags__is_refused(tmp_path, text, message):
    path = tmp_path / "kustomization.yaml"
    path.write_text(text)
    with pytest.raises(DeliveryError, match=message):
        write_tag(path, "v2")


def test_published_images__have_two_architectures_sbom_and_provenance(tmp_path):
    image = read_images(OVERLAYS[0])[0]
    command = build_command(ROOT, image, "abc", publish=True, metadata=tmp_path / "metadata.json")
    assert {
        "--platform=linux/amd64,linux/arm64",
        "--target=api",
        "--tag=ghcr.io/delay-core/delay-api:abc",
        "--build-arg=REVISION=abc",
        "--sbom=true",
        "--provenance=mode=max",
        "--push",
    } <= set(command)
    assert "--push" not in build_command(ROOT, image, "abc", publish=False, metadata=tmp_path / "metadata.json")
