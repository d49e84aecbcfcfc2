"""How the `terraform` command is run. `make test-stand` runs the real one; this one writes down its environment."""

import os
import textwrap
from pathlib import Path

import pytest

from delay_core.errors import StoreError
from infra.terraform.command import Terraform

PROVIDER = "registry.terraform.io/hashicorp/aws"


@pytest.fixture
def terraform(tmp_path, monkeypatch):
    """A stack, and a program `terraform` that prints its arguments and environment and ends with $STATUS."""
    programs, mirrors = tmp_path / "programs", tmp_path / "mirrors"
    (mirrors / "of-this-machine" / PROVIDER).mkdir(parents=True)
    programs.mkdir()
    program = programs / "terraform"
    program.write_text(
        textwrap.dedent("""\
        #!/bin/sh
        echo "$@"; echo "endpoint=$TF_VAR_endpoint"; echo "configuration=$TF_CLI_CONFIG_FILE"; exit ${STATUS:-0}
    """)
    )
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{programs}:{os.environ['PATH']}")
    monkeypatch.setattr("infra.terraform.command._MIRRORS", f"{mirrors}/*")
    monkeypatch.delenv("TF_CLI_CONFIG_FILE", raising=False)
    return Terraform(tmp_path, tmp_path / "work", {"endpoint": "http://127.0.0.1:4566"})


def test_a_command__gets_the_variables_and_asks_nothing(terraform):
    arguments, endpoint, _ = terraform.run("apply", "-auto-approve").splitlines()

    assert arguments == "apply -no-color -input=false -auto-approve"
    assert endpoint == "endpoint=http://127.0.0.1:4566"


def test_a_provider_mirror_of_this_machine__is_used(terraform, tmp_path):
    (*_, configuration) = terraform.run("init").splitlines()

    text = Path(configuration.partition("=")[2]).read_text()
    assert f'path    = "{tmp_path}/mirrors/of-this-machine"' in text


def test_a_configuration_file_of_the_user__goes_before_a_mirror(terraform, tmp_path, monkeypatch):
    own = tmp_path / "own.rc"
    own.write_text("")
    monkeypatch.setenv("TF_CLI_CONFIG_FILE", str(own))

    assert terraform.run("init").splitlines()[-1] == f"configuration={own}"


def test_drift__is_the_plan_if_it_has_changes(terraform, monkeypatch):
    assert terraform.drift() is None
    monkeypatch.setenv("STATUS", "2")
    assert terraform.drift().startswith("plan -no-color -input=false -detailed-exitcode")


def test_a_failure__is_an_error_with_the_output(terraform, monkeypatch, tmp_path):
    monkeypatch.setenv("STATUS", "1")
    with pytest.raises(StoreError, match=rf"apply .* failed in {tmp_path}:\napply"):
        terraform.apply()
    with pytest.raises(StoreError, match="plan"):
        terraform.drift()


def test_without_terraform__the_error_says_what_to_install(terraform, monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(StoreError, match=r"terraform is not on PATH; install Terraform 1\.10 or later"):
        terraform.apply()
