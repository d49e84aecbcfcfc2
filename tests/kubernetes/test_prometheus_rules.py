"""The alert rules as the Prometheus operator hands them on: Prometheus itself reads them."""

import shutil
import subprocess

import pytest
import yaml

PROMTOOL = shutil.which("promtool")
pytestmark = pytest.mark.skipif(PROMTOOL is None, reason="promtool is not on PATH: apt-get install prometheus")


def check(spec, folder):
    """The status of promtool, and what it prints."""
    (folder / "rules.yml").write_text(yaml.safe_dump(spec))
    result = subprocess.run(
        [PROMTOOL, "check", "rules", "--lint-fatal", "rules.yml"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    return result.returncode, result.stdout + result.stderr


@pytest.fixture
def spec(production):
    [rules] = [manifest for manifest in production if manifest.kind == "PrometheusRule"]
    return yaml.safe_load(yaml.safe_dump(rules.spec))


def test_rules__are_read_by_prometheus(spec, tmp_path):
    status, text = check(spec, tmp_path)
    assert status == 0, text
    assert f"{sum(len(group['rules']) for group in spec['groups'])} rules found" in text


@pytest.mark.parametrize(
    "change",
    [
        lambda rule: rule.update(expr=rule["expr"] + ")"),
        lambda rule: rule.update(expr="rate(delay_requests_total)"),
        lambda rule: rule["annotations"].update(summary="{{ $labels.instance"),
    ],
    ids=["parenthesis", "rate without a range", "template"],
)
def test_a_planted_mistake__is_refused(change, spec, tmp_path):
    change(spec["groups"][0]["rules"][0])
    status, text = check(spec, tmp_path)
    assert status != 0, text
